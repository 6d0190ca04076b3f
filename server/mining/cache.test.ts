import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { mineRepository } from './mine.ts';
import { moduleText, ScratchRepository } from './testing.ts';

const files = 12;

function repository(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (let i = 0; i < files; i++) scratch.write(`src/module${i}.ts`, moduleText(`part${'abcdefghijkl'[i]}`));
  return scratch.commit();
}

/** Mines with a cache in the repository's own folder, where git does not see it. */
function miner({ root }: ScratchRepository) {
  const cachePath = join(root, '.git', 'repotune', 'mining.cache');
  const mine = async (options: object = {}) => {
    const { digest, statistics } = await mineRepository({ folder: root, cachePath, ...options });
    return { digest, cached: statistics.cachedFiles };
  };
  return { cachePath, mine };
}

it('a second run takes every file from the cache, and gives the same dataset', async () => {
  using scratch = repository();
  const { mine, cachePath } = miner(scratch);
  const first = await mine();
  expect(first.cached).toBe(0);
  expect(await mine()).toEqual({ digest: first.digest, cached: files });
  expect(readdirSync(join(cachePath, '..'))).toEqual(['mining.cache']);
});

it('a file counts as the same by its content, whatever its times', async () => {
  using scratch = repository();
  const { mine } = miner(scratch);
  const { digest } = await mine();
  for (let i = 0; i < files; i++) utimesSync(join(scratch.root, `src/module${i}.ts`), 1_000 + i, 2_000 + i);
  expect(await mine()).toEqual({ digest, cached: files });
});

it('sees an edit that keeps the size, right after a run', async () => {
  using scratch = repository();
  const { mine } = miner(scratch);
  const before = await mine();
  const path = join(scratch.root, 'src/module4.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('total', 'sumup'));
  const after = await mine();
  expect(after.cached).toBe(files - 1);
  expect(after.digest).toBe((await mine({ cachePath: null })).digest);
  expect(after.digest).not.toBe(before.digest);
});

it('keeps the results of other options and folders for their next turn', async () => {
  using scratch = repository();
  const { mine } = miner(scratch);
  await mine();
  await mine({ seed: 2 });
  expect((await mine()).cached).toBe(files);
  // Signatures are more than was asked for before, and serve who asks for less.
  expect((await mine({ contextChars: 500 })).cached).toBe(0);
  expect((await mine()).cached).toBe(files);
});

it.each<[string, (path: string) => void]>([
  ['cut short', (path) => truncateSync(path, 500)],
  ['empty', (path) => truncateSync(path, 0)],
  [
    'changed in one bit',
    (path) => {
      const bytes = readFileSync(path);
      bytes[bytes.length - 100] = (bytes[bytes.length - 100] as number) ^ 1;
      writeFileSync(path, bytes);
    },
  ],
  ['far too large', (path) => truncateSync(path, 400 * 1024 * 1024)],
  ['of another version', (path) => writeFileSync(path, serialize({ version: 1, entries: new Map() }))],
])('a cache that is %s is deleted, and costs nothing but time', async (_, damage) => {
  using scratch = repository();
  const { mine, cachePath } = miner(scratch);
  const { digest } = await mine();
  damage(cachePath);
  expect(await mine()).toEqual({ digest, cached: 0 });
  expect(await mine()).toEqual({ digest, cached: files });
});

it('a cache that cannot be written costs nothing but time', async () => {
  using scratch = repository();
  const cachePath = join(scratch.root, 'src/module0.ts', 'mining.cache');
  const { digest } = await mineRepository({ folder: scratch.root, cachePath });
  expect(digest).toBe((await mineRepository({ folder: scratch.root, cachePath: null })).digest);
  expect(existsSync(cachePath)).toBe(false);
});
