import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LossStore, lossKey, MOST_LOSSES } from './lossStore.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-losses-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const sample = { tokens: [1, 2, 3], lossFrom: 1, lossTo: 3 };
const key = lossKey('base', sample);
const score = { nll: 2.5, tokens: 2, top1: 1 };

async function kept(): Promise<void> {
  const store = await LossStore.open(dir);
  store.set(key, score);
  await store.save();
}

it('a loss is there in the next process, and nothing else is left behind', async () => {
  await kept();
  expect((await LossStore.open(dir)).get(key)).toEqual(score);
  expect(await readdir(dir)).toEqual(['losses.bin']);
});

it.each<[string, string, typeof sample]>([
  ['other weights', 'tuned', sample],
  ['other tokens', 'base', { ...sample, tokens: [1, 2, 4] }],
  ['another part of them', 'base', { ...sample, lossFrom: 2 }],
])('%s have a loss of their own', (_, weights, other) => expect(lossKey(weights, other)).not.toBe(key));

describe('a file that is not whole counts as empty, and the next measurement replaces it', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.alloc(32)])],
    ['larger than any that was written', (bytes) => Buffer.concat([bytes, Buffer.alloc(2 ** 20)])],
    ['with another loss', (bytes) => bytes.fill(7, 24, 30)],
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

it('what another process kept meanwhile stays', async () => {
  const mine = await LossStore.open(dir);
  mine.set(lossKey('tuned', sample), score);
  await kept();
  await mine.save();
  expect((await LossStore.open(dir)).get(key)).toEqual(score);
});

it('is bounded: the longest unused go first', async () => {
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
