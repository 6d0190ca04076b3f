import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapterGguf } from '../adapters/testing.ts';
import { agree, git, LARGE_SPEC, type Person, problem, SPEC, storeOf, Team, writeHook } from './testing.ts';

/** Where nothing is shared, and where ann has published `first-one`: of one part, and of two. */
let empty: Team;
let begun: Team;
let large: Team;
let team: Team;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  empty = new Team();
  for (const name of ['ann', 'bob']) empty.person(name);
  begun = empty.copy();
  large = empty.copy();
  await begun.person('ann').tuned('first-one');
  await large.person('ann').tuned('first-one', LARGE_SPEC);
  for (const one of [begun, large]) await (await one.person('ann').share()).publish('first-one');
}, 60_000);
afterAll(() => {
  for (const one of [empty, begun, large, team]) one[Symbol.dispose]();
});
beforeEach(() => startAs(empty));

function startAs(like: Team): void {
  team?.[Symbol.dispose]();
  team = like.copy();
  ann = team.person('ann');
  bob = team.person('bob');
}

const startWithOne = (): void => startAs(begun);

describe('bad circumstances give one sentence and change nothing', () => {
  it('no remote repository', async () => {
    rmSync(team.remote, { recursive: true });
    expect(await problem((await bob.share()).list())).toMatch(/^not-found/);
  });

  it('a remote that nobody answers at', async () => {
    expect(await problem((await bob.share({ remote: 'http://127.0.0.1:1/x.git' })).list())).toMatch(/^unreachable/);
  });

  it('a remote that refuses pushes', async () => {
    writeHook(join(team.remote, 'hooks'), 'pre-receive', '#!/bin/sh\necho not here >&2\nexit 1\n');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(/^no-permission/);
    expect(team.refs()).toEqual([]);
  });

  it('nobody has published yet', async () => {
    expect((await (await bob.share()).list()).versions).toEqual([]);
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(/^not-found: .*Nothing is shared yet/);
  });

  it('a user git does not know', async () => {
    git(ann.folder, 'config', 'user.name', '');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(/user\.name/);
  });

  it('a version that was published anew after a force-push is fetched as it is now', async () => {
    startWithOne();
    await (await bob.share()).list();
    for (const ref of team.refs()) git(team.remote, 'update-ref', '-d', ref);
    const eve = team.person('eve');
    await eve.tuned('first-one', { ...SPEC, value: () => 0.25 });
    await (await eve.share()).publish('first-one');
    const taken = await (await bob.share()).pull('first-one', agree);
    expect(readFileSync(taken.adapterPath)).toEqual(adapterGguf({ ...SPEC, value: () => 0.25 }));
  });

  it.each<[string, RegExp, () => void]>([
    ['whose publish was interrupted', /\/manifest\/|\/001$/, () => {}],
    // As a repeated signature does, if it contains a time.
    [
      'whose publish was interrupted, by commits that are others now',
      /\/manifest\/|\/001$/,
      () => git(ann.folder, 'config', 'user.email', 'ann@example.com'),
    ],
    [
      'whose publish was interrupted, by other commits, and another adapter was deleted',
      /\/manifest\/|\/001$/,
      () => {
        git(ann.folder, 'config', 'user.email', 'ann@example.com');
        rmSync(join(ann.folder, '.git', 'repotune', 'share.git'), { recursive: true });
      },
    ],
    ['that has lost a part at the remote', /\/001$/, () => {}],
    ['that has lost all its parts', /\/adapter\//, () => {}],
  ])('a version %s is whole once it is published again', async (_, lost, meanwhile) => {
    startAs(large);
    for (const ref of team.refs().filter((one) => lost.test(one))) git(team.remote, 'update-ref', '-d', ref);
    meanwhile();
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: false });
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: true });
  });

  it('a version that is there by other commits is known again when another adapter was deleted', async () => {
    startWithOne();
    git(ann.folder, 'config', 'user.email', 'ann@example.com');
    rmSync(join((await storeOf(ann)).dir, 'share.git'), { recursive: true });
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: true });
  });

  it('a folder of parts left by a killed process', async () => {
    startWithOne();
    const { dir } = await storeOf(bob);
    mkdirSync(join(dir, 'pulling'), { recursive: true });
    writeFileSync(join(dir, 'pulling', 'first-one.gguf'), 'half');
    mkdirSync(join(dir, 'share.git', 'refs'), { recursive: true });
    writeFileSync(join(dir, 'share.git', 'HEAD.lock'), '');
    writeFileSync(join(dir, 'share.git', 'packed-refs.lock'), '');
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
    expect(readdirSync(dir).sort()).toEqual(['audit.jsonl', 'authors.json', 'share.git', 'versions']);
  });
});
