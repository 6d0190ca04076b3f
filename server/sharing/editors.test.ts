import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agree, type Person, SPEC, storeOf, Team } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

const published = async (id: string, createdAt: string): Promise<void> => {
  await ann.tuned(id, SPEC, { createdAt });
  await (await ann.share()).publish(id);
};

describe('two editors on one clone', () => {
  it('pull a version at the same time: it is stored once and both get it', async () => {
    await published('first-one', '2026-01-01T00:00:00.000Z');
    const editors = await Promise.all([bob.share(), bob.share()]);
    const taken = await Promise.all(editors.map((editor) => editor.pull('first-one', agree)));
    expect(taken.map(({ id }) => id)).toEqual(['first-one', 'first-one']);
    const store = await storeOf(bob);
    expect((await store.audit.read()).map(({ action }) => action)).toEqual(['pull']);
    await store.verify(taken[0]!);
  });

  it('publish, list and activate at the same time without losing an operation', async () => {
    for (const id of ['one-a', 'one-b', 'one-c']) await bob.tuned(id);
    const store = await storeOf(bob);
    await Promise.all([
      (await bob.share()).publish('one-a'),
      (await bob.share()).publish('one-b'),
      (await bob.share()).list(),
      ...['one-a', 'one-b', 'one-c'].map((id) => store.activate(id, 'test')),
    ]);
    expect((await (await ann.share()).list()).versions.map(({ id }) => id).sort()).toEqual(['one-a', 'one-b']);
    const active = (await store.active())?.id;
    const before = [await store.rollBack(), await store.rollBack(), await store.rollBack()];
    expect(new Set([active, ...before])).toEqual(new Set(['one-a', 'one-b', 'one-c', null]));
  });

  it('do not wait for each other: one killed while asking its user does not delay the other’s pull', async () => {
    await published('first-one', '2026-01-01T00:00:00.000Z');
    const script = `
      const { TeamShare } = await import(${JSON.stringify(new URL('./teamShare.ts', import.meta.url).href)});
      const folder = ${JSON.stringify(bob.folder)};
      const share = await TeamShare.open({ folder, signatures: 'off', findBase: async () => null });
      setInterval(() => {}, 1000);
      await share.pull('first-one', () => new Promise(() => console.log('asking')));`;
    const editor = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(editor.stdout, 'data');
    editor.kill('SIGKILL');
    await once(editor, 'exit');
    const started = performance.now();
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

it('versions dated years off are listed, one of the future last, pulled, and pruned by the dates they state', async () => {
  await published('in-the-past', '1970-01-01T00:00:07.000Z');
  await published('in-the-future', '2099-12-31T23:59:59.000Z');
  await published('now', '2026-06-01T00:00:00.000Z');
  const share = await bob.share();
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['now', 'in-the-past', 'in-the-future']);
  for (const id of ['in-the-past', 'in-the-future']) {
    const taken = await share.pull(id, agree);
    expect(readFileSync(taken.adapterPath)).toEqual(readFileSync((await (await storeOf(ann)).find(id)).adapterPath));
  }
  // By age, a version dated in the future is kept: it is not old.
  const nowMs = Date.parse('2026-06-15T00:00:00.000Z');
  const { versions } = await share.prune({ olderThanDays: 30 }, { dryRun: true, nowMs });
  expect(versions.map(({ id }) => id)).toEqual(['in-the-past']);
});
