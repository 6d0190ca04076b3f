import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { editJson, git, type Person, Team } from './testing.ts';

/** What a colleague does once the refs are listed, before any is fetched. */
let meanwhile = (): void => {};
vi.mock('./transfer.ts', async (original) => {
  const real = await original<typeof import('./transfer.ts')>();
  const listRemote: typeof real.listRemote = async (...args) => {
    const refs = await real.listRemote(...args);
    meanwhile();
    meanwhile = () => {};
    return refs;
  };
  return { ...real, listRemote };
});

let begun: Team;
let team: Team;
let bob: Person;
beforeAll(async () => {
  begun = new Team();
  begun.person('bob');
  const ann = begun.person('ann');
  for (const id of ['first-one', 'second-one']) {
    await ann.tuned(id);
    await (await ann.share()).publish(id);
  }
});
afterAll(() => begun[Symbol.dispose]());
beforeEach(() => {
  team = begun.copy();
  bob = team.person('bob');
});
afterEach(() => {
  meanwhile = () => {};
  team[Symbol.dispose]();
});

const remove = (part: string): void => {
  for (const ref of team.refs().filter((one) => one.includes(part))) git(team.remote, 'update-ref', '-d', ref);
};

describe('a version that a colleague changes while the list is read', () => {
  it.each<[string, () => void, readonly string[]]>([
    ['deleted', () => remove('/first-one'), ['second-one']],
    [
      'replaced',
      () =>
        team.tamper((files) => editJson(files, 'manifest.json', (m) => Object.assign(m, { name: 'x' })), 'manifest'),
      ['first-one', 'second-one'],
    ],
  ])('is not called damaged where it was %s: the next list is right', async (_, change, after) => {
    meanwhile = change;
    const { versions, unusable } = await (await bob.share()).list();
    expect(versions.map(({ id }) => id)).toEqual(['second-one']);
    expect(unusable.map(({ id, why }) => [id, why])).toEqual([['first-one', 'untried']]);
    const next = await (await bob.share()).list();
    expect(next.versions.map(({ id }) => id).sort()).toEqual(after);
    expect(next.unusable).toEqual([]);
  });

  it('is told of as changed if there is no other', async () => {
    meanwhile = () => remove('-one');
    const list = (await bob.share()).list();
    await expect(list).rejects.toThrow(/^refs\/repotune\/\S+ changed while it was listed\. Try again\.$/);
    expect((await (await bob.share()).list()).versions).toEqual([]);
  });
});
