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
  const whole = { format: 1, baseSha256: base, baseBytes: 1000, adapterSha256, steps: 40, tokens: 20_480, ...about };
  await writeFile(join(folder, ABOUT), JSON.stringify(whole));
}

it('is found again with what it learned', async () => {
  expect(await layoutAdapter(base, data)).toBeNull();
  await keep('weights');
  expect(await layoutAdapter(base, data)).toMatchObject({ steps: 40, tokens: 20_480, ref: { scale: 1 } });
});

it('one that is made anew is another', async () => {
  await keep('weights');
  const first = await layoutAdapter(base, data);
  await keep('others', { adapterSha256: createHash('sha256').update('others').digest('hex') });
  expect((await layoutAdapter(base, data))?.ref.id).not.toBe(first?.ref.id);
});

it('is not removed under whoever makes it', async () => {
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

it('what a killed process left is cleared up, but nothing of one that is made now, nor behind a link', async () => {
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
])('a %s machine is given the usual minutes, or as many as the steps that are needed take', (_, speed, minutes) => {
  expect(layoutMinutes({ parameters: 5e8 }, speed)).toBe(minutes);
});

it('a base of another size is known to have none without a look at it', async () => {
  expect(await layoutsStamp(1000, data)).toBe('');
  await keep('weights');
  expect(await layoutsStamp(1000, data)).not.toBe('');
  expect(await layoutsStamp(1001, data)).toBe('');
  await writeFile(join(layoutFolder(base, data), ABOUT), '{');
  expect(await layoutsStamp(1000, data)).toBe('');
});

it.each([
  ['a file that is not what was made', 'other weights', {}],
  ['one of another base', 'weights', { baseSha256: 'c'.repeat(64) }],
  ['one of a later format', 'weights', { format: 2 }],
])('%s counts as none', async (_, content, about) => {
  await keep(content, about);
  expect(await layoutAdapter(base, data)).toBeNull();
});

it('there are excerpts to learn from and others to steer by, from several languages and files of each kind', async () => {
  const pairs = await layoutPairs();
  const count = (split: string): number => pairs.filter((pair) => pair.split === split).length;
  expect(count('train')).toBeGreaterThan(500);
  expect(count('held-out')).toBeGreaterThanOrEqual(40);
  expect(new Set(pairs.map(({ language }) => language)).size).toBeGreaterThanOrEqual(3);
  const learned = new Set(pairs.filter(({ split }) => split === 'train').map(({ path }) => path));
  expect(pairs.filter(({ path, split }) => split === 'held-out' && learned.has(path))).toEqual([]);
  expect(pairs.every(({ middle, context }) => middle.trim() !== '' && context === '')).toBe(true);
});
