import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeEntries, type Entry, encodeEntries } from './cacheFormat.ts';
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

it('a cached file is recognised by its content, whatever its times', async () => {
  using scratch = repository();
  const { mine } = miner(scratch);
  const { digest } = await mine();
  for (let i = 0; i < files; i++) utimesSync(join(scratch.root, `src/module${i}.ts`), 1_000 + i, 2_000 + i);
  expect(await mine()).toEqual({ digest, cached: files });
});

it('the dataset is the same in another process, with or without parser processes and cache', async () => {
  using scratch = repository();
  const { mine, cachePath } = miner(scratch);
  const child = `const { mineRepository } = await import(${JSON.stringify(new URL('mine.ts', import.meta.url).href)});
    const { digest } = await mineRepository(JSON.parse(process.argv[1]));
    console.log(digest);
    process.exit(0);`;
  const elsewhere = (options: object): string => {
    const task = JSON.stringify({ folder: scratch.root, ...options });
    return execFileSync(process.execPath, ['--input-type=module', '-e', child, task], { encoding: 'utf8' }).trim();
  };
  const digests = [
    elsewhere({ cachePath: null, processes: 2 }),
    elsewhere({ cachePath, processes: 0 }),
    (await mine()).digest,
    (await mine({ cachePath: null, processes: 2 })).digest,
  ];
  expect(new Set(digests).size).toBe(1);
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
});

it('an edit that keeps the size is seen right after a run', async () => {
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

it('results stay cached while others are mined with different options', async () => {
  using scratch = repository();
  const { mine } = miner(scratch);
  await mine();
  await mine({ seed: 2 });
  expect((await mine()).cached).toBe(files);
  // Signatures are more than was asked for before, and a result with them serves requests for less.
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
  [
    'of another version',
    (path) => {
      const bytes = readFileSync(path);
      const at = bytes.indexOf('"version":');
      bytes.write('"version":0', at);
      writeFileSync(path, Buffer.concat([hash('sha256', bytes.subarray(32), 'buffer'), bytes.subarray(32)]));
    },
  ],
])('a cache that is %s is rebuilt, and the dataset stays the same', async (_, damage) => {
  using scratch = repository();
  const { mine, cachePath } = miner(scratch);
  const { digest } = await mine();
  damage(cachePath);
  expect(await mine()).toEqual({ digest, cached: 0 });
  expect(await mine()).toEqual({ digest, cached: files });
});

it('a cache that cannot be written leaves the dataset unchanged', async () => {
  using scratch = repository();
  const cachePath = join(scratch.root, 'src/module0.ts', 'mining.cache');
  const { digest } = await mineRepository({ folder: scratch.root, cachePath });
  expect(digest).toBe((await mineRepository({ folder: scratch.root, cachePath: null })).digest);
  expect(existsSync(cachePath)).toBe(false);
});

const numbers = (): fc.Arbitrary<Int32Array> =>
  fc.array(fc.integer({ min: 0, max: 50 })).map((list) => Int32Array.from(list));
const mined = fc.record({
  path: fc.string({ unit: 'grapheme' }),
  bytes: fc.nat(),
  reason: fc.constantFrom(undefined, 'generated'),
  contentHash: fc.base64String(),
  lines: fc.nat(),
  middles: fc.constantFrom(new Int32Array(0), Int32Array.of(1, 0, 0, -7)),
  secrets: fc.constantFrom(new Int32Array(0), Int32Array.of(0, 0)),
  secretLines: fc.nat(),
  sketch: fc.option(numbers().map((list) => new Uint32Array(list))),
  fingerprints: numbers().map((list) => new Uint32Array(list)),
  definitions: fc.constant(new Int32Array(0)),
});
const entries = fc.array(
  fc.record({ options: fc.string(), stamp: fc.string(), idle: fc.nat(), definitions: fc.boolean(), mined }),
);

it('entries are decoded as they were encoded, and truncated or changed bytes are rejected', () => {
  fc.assert(
    fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, place, change) => {
      const written = list.map((entry) => {
        const { reason, ...rest } = entry.mined;
        return { ...entry, mined: reason === undefined ? rest : { ...rest, reason } };
      });
      const bytes = encodeEntries(written);
      expect(decodeEntries(bytes)).toEqual(written);
      const at = place % bytes.length;
      expect(decodeEntries(bytes.subarray(0, at))).toBeNull();
      expect(decodeEntries(bytes.map((byte, i) => (i === at ? byte ^ change : byte)))).toBeNull();
    }),
  );
});

it('an entry with a range outside its file is rejected', () => {
  const entry = fc.sample(
    entries.filter((list) => list.length > 0),
    1,
  )[0]?.[0] as Entry;
  const of = (middles: Int32Array) =>
    decodeEntries(encodeEntries([{ ...entry, mined: { ...entry.mined, bytes: 9, middles } }]));
  expect(of(Int32Array.of(0, 2, 9, 5))).toHaveLength(1);
  for (const bad of [
    [0, 2, 10, 5],
    [0, 4, 3, 5],
    [0, -1, 3, 5],
    [0, 1, 2],
  ])
    expect(of(Int32Array.from(bad))).toBeNull();
});
