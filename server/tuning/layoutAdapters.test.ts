import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from '../storage/lock.ts';
import {
  ABOUT,
  ADAPTER,
  clearHalfLayouts,
  layoutAdapter,
  layoutAdapterFor,
  layoutFolder,
  layoutMinutes,
  layoutPairs,
  layoutsStamp,
  MAKING,
  RUN,
  removeLayout,
} from './layoutAdapters.ts';

const base = 'b'.repeat(64);
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'repotune-layouts-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

async function keep(content: string, about: object = {}): Promise<void> {
  const folder = layoutFolder(base, data);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ADAPTER), content);
  const adapterSha256 = createHash('sha256').update('weights').digest('hex');
  const prompt = { order: 'suffix-first', repoTokens: true };
  const whole = {
    format: 1,
    baseSha256: base,
    baseBytes: 1000,
    adapterSha256,
    prompt,
    steps: 40,
    tokens: 20_480,
    ...about,
  };
  await writeFile(join(folder, ABOUT), JSON.stringify(whole));
}

it('a stored layout adapter is found with its steps and tokens', async () => {
  expect(await layoutAdapter(base, data)).toBeNull();
  await keep('weights');
  expect(await layoutAdapter(base, data)).toMatchObject({ steps: 40, tokens: 20_480, ref: { scale: 1 } });
});

it('a layout adapter counts as layout alone only for the layout that it has learned', async () => {
  await keep('weights');
  expect(await layoutAdapterFor(base, { order: 'suffix-first', repoTokens: true }, data)).not.toBeNull();
  expect(await layoutAdapterFor(base, { order: 'suffix-first', repoTokens: false }, data)).toBeNull();
  expect(await layoutAdapterFor(base, { order: 'prefix-first', repoTokens: true }, data)).toBeNull();
});

it('a layout adapter that is trained again has another id', async () => {
  await keep('weights');
  const first = await layoutAdapter(base, data);
  await keep('others', { adapterSha256: createHash('sha256').update('others').digest('hex') });
  const second = await layoutAdapter(base, data);
  expect([first, second]).toMatchObject([{ steps: 40 }, { steps: 40 }]);
  expect(second?.ref.id).not.toBe(first?.ref.id);
});

it('a layout adapter is not removed while it is being made', async () => {
  const folder = layoutFolder(base, data);
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(join(folder, MAKING), 'a test');
  await expect(removeLayout(base, data)).rejects.toThrow(/being prepared/);
  if (lock.kind === 'taken') await lock.release();
  expect(await removeLayout(base, data)).toBe(false);
  await keep('weights');
  expect(await removeLayout(base, data)).toBe(true);
  expect(await layoutAdapter(base, data)).toBeNull();
});

it('leftovers of a killed process are cleared, except of one being made and behind a symlink', async () => {
  await keep('weights');
  const folder = layoutFolder(base, data);
  const half = async (dir: string): Promise<string> => {
    await mkdir(join(dir, RUN), { recursive: true });
    await writeFile(join(dir, RUN, 'checkpoint.json'), '{}');
    return join(dir, RUN);
  };
  const [run, elsewhere] = [await half(folder), await half(join(data, 'elsewhere'))];
  await symlink(join(data, 'elsewhere'), layoutFolder('c'.repeat(64), data));
  const lock = await takeLock(join(folder, MAKING), 'a test');
  await clearHalfLayouts(data);
  expect(existsSync(run)).toBe(true);
  if (lock.kind === 'taken') await lock.release();
  await clearHalfLayouts(data);
  expect([run, elsewhere].map(existsSync)).toEqual([false, true]);
  expect((await readdir(folder)).sort()).toEqual([ABOUT, ADAPTER].sort());
  expect(await layoutAdapter(base, data)).not.toBeNull();
});

it.each([
  ['fast', 1e12, 5],
  ['slow', 2e10, 55],
])('preparing on a %s machine takes the usual minutes, or as many as its steps need', (_, speed, minutes) => {
  expect(layoutMinutes({ parameters: 5e8 }, speed)).toBe(minutes);
});

it('the stamp is empty for a base of another size and for a damaged entry', async () => {
  expect(await layoutsStamp(1000, data)).toBe('');
  await keep('weights');
  expect(await layoutsStamp(1000, data)).not.toBe('');
  expect(await layoutsStamp(1001, data)).toBe('');
  await writeFile(join(layoutFolder(base, data), ABOUT), '{');
  expect(await layoutsStamp(1000, data)).toBe('');
});

it.each([
  ['a layout adapter with another hash', 'other weights', {}],
  ['a layout adapter of another base', 'weights', { baseSha256: 'c'.repeat(64) }],
  ['a layout adapter of a later format', 'weights', { format: 2 }],
])('%s counts as none', async (_, content, about) => {
  await keep(content, about);
  expect(await layoutAdapter(base, data)).toBeNull();
});

it('layout pairs come from several languages, and no file is both trained on and held out', async () => {
  const pairs = await layoutPairs();
  const count = (split: string): number => pairs.filter((pair) => pair.split === split).length;
  expect(count('train')).toBeGreaterThan(500);
  expect(count('held-out')).toBeGreaterThanOrEqual(40);
  expect(new Set(pairs.map(({ language }) => language)).size).toBeGreaterThanOrEqual(3);
  const learned = new Set(pairs.filter(({ split }) => split === 'train').map(({ path }) => path));
  expect(pairs.filter(({ path, split }) => split === 'held-out' && learned.has(path))).toEqual([]);
  expect(pairs.every(({ middle, context }) => middle.trim() !== '' && context === '')).toBe(true);
});
