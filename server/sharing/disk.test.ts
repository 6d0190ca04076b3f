import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearHalfVersions } from '../adapters/leftovers.ts';
import { agree, LARGE_SPEC, type Person, SPEC, storeOf, Team } from './testing.ts';
import { hasMounts, runWith } from './testingMounts.ts';

const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

describe.skipIf(!hasMounts)('a disk that refuses writes', () => {
  let team: Team;
  let ann: Person;
  let bob: Person;
  beforeEach(() => {
    team = new Team();
    ann = team.person('ann');
    bob = team.person('bob');
  });
  afterEach(() => team[Symbol.dispose]());

  /** Each step's outcome as `problem: sentence`, and the contents of the store's folder after it. */
  const script = (steps: Readonly<Record<string, string>>): string => `
    import { readdirSync } from 'node:fs';
    import { TeamShare } from ${module('./teamShare.ts')};
    const folder = ${JSON.stringify(bob.folder)};
    const findBase = async () => ${JSON.stringify(team.basePath)};
    const share = await TeamShare.open({ folder, signatures: 'off', findBase });
    const outcome = (work) => work.then(() => 'none', (error) => \`\${error.problem ?? error.code}: \${error.message}\`);
    console.log(JSON.stringify({
      ${Object.entries(steps)
        .map(([name, step]) => `${JSON.stringify(name)}: await outcome(share.${step}),`)
        .join('\n')}
      left: readdirSync(share.store.dir, { recursive: true }).filter((name) => /gguf|pulling|\\.tmp|lock/.test(name)),
    }));`;

  it('a full disk fails a large pull with one message and no partial file, while a small pull succeeds', async () => {
    await ann.tuned('large-one', LARGE_SPEC);
    await ann.tuned('small-one', SPEC);
    const share = await ann.share();
    await share.publish('large-one');
    await share.publish('small-one');
    const store = await storeOf(bob);
    const found = runWith(
      'a full disk',
      store.dir,
      script({ large: "pull('large-one', async () => true)", small: "pull('small-one', async () => true)" }),
    );
    expect(found).toEqual({
      large: expect.stringMatching(/^disk: The disk is full.*Free some space/),
      small: 'none',
      left: ['versions/small-one/adapter.gguf'],
    });
    expect((await (await bob.share()).pull('large-one', agree)).id).toBe('large-one');
  });

  it('a version whose file is still held elsewhere is deleted, and its remains with the next clearing', async () => {
    await bob.tuned('own-one');
    const store = await storeOf(bob);
    await store.activate('own-one', 'test');
    const { adapterPath } = await store.find('own-one');
    const found = runWith('held', adapterPath, script({ remove: "store.remove('own-one')" }));
    expect(found).toMatchObject({ remove: 'none' });
    expect((await store.list()).adapters).toEqual([]);
    expect((await store.audit.read()).at(-1)).toMatchObject({ action: 'delete', adapter: 'own-one' });
    expect(readdirSync(join(store.dir, 'judgements'))).toEqual([]);
    await clearHalfVersions(store.dir);
    expect(readdirSync(join(store.dir, 'versions'))).toEqual([]);
  });

  it('a read-only repository is reported as not writable, and the stored versions stay', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    await bob.tuned('own-one');
    const store = await storeOf(bob);
    const found = runWith(
      'read-only',
      bob.folder,
      script({
        list: 'list()',
        pull: "pull('first-one', async () => true)",
        publish: "publish('own-one')",
        activate: "store.activate('own-one', 'test')",
      }),
    );
    const denied = expect.stringMatching(/^not-writable: .*repotune.* cannot be written: its disk is read-only/);
    expect(found).toMatchObject({
      list: denied,
      pull: denied,
      publish: denied,
      activate: expect.stringMatching(/^EROFS/),
    });
    expect(readdirSync(join(store.dir, 'versions'))).toEqual(['own-one']);
    expect(await store.active()).toBeNull();
  });
});
