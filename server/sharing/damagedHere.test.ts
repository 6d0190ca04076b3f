import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refName } from './refs.ts';
import { agree, git, type Person, problem, Team } from './testing.ts';
import { localRef } from './transfer.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
  for (const id of ['first-one', 'second-one']) {
    await ann.tuned(id);
    await (await ann.share()).publish(id);
  }
});
afterEach(() => team[Symbol.dispose]());

/** The packs of bob's private repository. */
function packs(): string[] {
  const folder = join(bob.folder, '.git', 'repotune', 'share.git', 'objects', 'pack');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pack'))
    .map((name) => join(folder, name));
}

const fetched = (name: string): string =>
  join(bob.folder, '.git', 'repotune', 'share.git', 'refs', 'fetched', 'refs', name);

/** Changes every pack. */
function inPacks(change: (bytes: Buffer) => Buffer | null): void {
  for (const path of packs()) {
    const bytes = change(readFileSync(path));
    rmSync(path);
    if (bytes !== null) writeFileSync(path, bytes);
  }
}

describe('what was fetched is damaged on this disk', () => {
  it.each<[string, () => void]>([
    ['packs are gone', () => inPacks(() => null)],
    ['packs are cut short', () => inPacks((bytes) => bytes.subarray(0, 100))],
    ['packs are empty', () => inPacks(() => Buffer.alloc(0))],
    [
      'a byte has changed',
      () => inPacks((bytes) => bytes.fill(bytes[bytes.length >> 1]! ^ 255, bytes.length >> 1, (bytes.length >> 1) + 1)),
    ],
    ['a ref is empty', () => writeFileSync(fetched('adapter-first-one/manifest/first-one'), '')],
  ])('it is fetched again when %s, and the author is not asked to publish again', async (_, damage) => {
    await (await bob.share()).list();
    damage();
    const { versions, unusable } = await (await bob.share()).list();
    expect(unusable).toEqual([]);
    expect(versions.map(({ id }) => id).sort()).toEqual(['first-one', 'second-one']);
    damage();
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
  });

  it('a part that was fetched before an interruption is fetched again, and the user is asked once', async () => {
    const share = await bob.share();
    const [first] = (await share.list()).versions.filter(({ id }) => id === 'first-one');
    const cache = ['--git-dir', join(share.store.dir, 'share.git')];
    const ref = first!.parts[0]!;
    git(
      bob.folder,
      ...cache,
      'fetch',
      '--quiet',
      '--depth=1',
      share.remote.url,
      `+${refName(ref.ref)}:${localRef(ref.ref)}`,
    );
    // Only the largest: the manifests stay readable.
    const [large] = packs().sort((a, b) => statSync(b).size - statSync(a).size);
    const bytes = readFileSync(large!);
    rmSync(large!);
    writeFileSync(large!, bytes.fill(255, bytes.length >> 1, (bytes.length >> 1) + 9));
    let asked = 0;
    const taken = await share.pull('first-one', async () => ++asked > 0);
    await share.store.verify(taken);
    expect(asked).toBe(1);
  });
});

describe('an adapter is damaged in this store', () => {
  const ADVICE = /^exists: .*first-one that is here .*repotune adapters delete first-one\), and download it again/;
  const IN_PANEL = /Delete it in the panel's Adapters tab/;

  it.each<[string, (dir: string) => void, boolean]>([
    [
      'its manifest is empty, so that the panel does not list it',
      (dir) => writeFileSync(join(dir, 'manifest.json'), ''),
      false,
    ],
    ['its file is gone', (dir) => rmSync(join(dir, 'adapter.gguf')), true],
    ['its file has changed', (dir) => writeFileSync(join(dir, 'adapter.gguf'), 'x'), true],
  ])(
    'a pull says so before it downloads anything, and replaces it once it is deleted: %s',
    async (_, damage, listed) => {
      const share = await bob.share();
      const taken = await share.pull('first-one', agree);
      damage(taken.dir);
      const said = await problem(share.pull('first-one', agree));
      expect(said).toMatch(ADVICE);
      expect(IN_PANEL.test(said)).toBe(listed);
      await share.store.remove('first-one');
      await share.store.verify(await share.pull('first-one', agree));
    },
  );
});
