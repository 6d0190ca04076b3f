import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LossStore, lossKey, MOST_LOSSES } from './lossStore.ts';

const before = process.env['REPOTUNE_DATA'];
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-losses-'));
});
afterEach(async () => {
  if (before === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = before;
  await rm(dir, { recursive: true, force: true });
});

const sample = { tokens: [1, 2, 3], lossFrom: 1, lossTo: 3 };
const key = lossKey('base', sample);
const score = { nll: 2.5, tokens: 2, top1: 1 };

async function kept(): Promise<void> {
  const store = await LossStore.open(dir);
  store.set(key, score);
  await store.save();
}

it('a saved loss is read back, and no other file is left', async () => {
  await kept();
  expect((await LossStore.open(dir)).get(key)).toEqual(score);
  expect(await readdir(dir)).toEqual(['losses.bin']);
});

it.each<[string, string, typeof sample]>([
  ['other weights', 'tuned', sample],
  ['other tokens', 'base', { ...sample, tokens: [1, 2, 4] }],
  ['another range of the tokens', 'base', { ...sample, lossFrom: 2 }],
])('%s have a key of their own', (_, weights, other) => expect(lossKey(weights, other)).not.toBe(key));

describe('a damaged file counts as empty, and the next save replaces it', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['truncated', (bytes) => bytes.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.alloc(32)])],
    ['larger than the limit', (bytes) => Buffer.concat([bytes, Buffer.alloc(2 ** 20)])],
    ['with a changed loss', (bytes) => bytes.fill(7, 24, 30)],
    ['of another format', (bytes) => bytes.fill('X', 0, 1)],
  ])('%s', async (_, damage) => {
    await kept();
    const path = join(dir, 'losses.bin');
    await writeFile(path, damage(await readFile(path)));
    expect((await LossStore.open(dir)).get(key)).toBeNull();
    await kept();
    expect((await LossStore.open(dir)).get(key)).toEqual(score);
  });
});

it('losses that came with a copied .git count as none, whatever they say', async () => {
  await kept();
  process.env['REPOTUNE_DATA'] = join(dir, 'another machine');
  expect((await LossStore.open(dir)).get(key)).toBeNull();
});

it('a save keeps what another process saved meanwhile', async () => {
  const mine = await LossStore.open(dir);
  mine.set(lossKey('tuned', sample), score);
  await kept();
  await mine.save();
  expect((await LossStore.open(dir)).get(key)).toEqual(score);
});

it('a full store drops the longest unused losses', async () => {
  await kept();
  const store = await LossStore.open(dir);
  const name = (i: number): string => i.toString(16).padStart(32, '0');
  for (let i = 0; i < MOST_LOSSES - 1; i++) store.set(name(i), score);
  store.get(key);
  store.set(name(MOST_LOSSES), score);
  await store.save();
  const after = await LossStore.open(dir);
  expect([after.get(key), after.get(name(0)), after.get(name(1))]).toEqual([score, null, score]);
});
