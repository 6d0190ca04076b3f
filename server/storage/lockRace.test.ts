import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withLock } from './lock.ts';

// A slow disk: what others do between two steps of one process takes its place among several here.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  let renames = 0;
  return {
    ...real,
    rename: async (from: string, to: string): Promise<void> => {
      await sleep(4 * (1 + (renames++ % 4)));
      await real.rename(from, to);
    },
  };
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('never runs two at once where all find the lock of a killed process, and leaves none behind', async () => {
  const path = join(dir, 'x.lock');
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await sleep(15);
    inside--;
  };
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1', purpose: 'killed', sinceMs: 0 }));
  await Promise.all(Array.from({ length: 8 }, (_, at) => withLock(path, `of ${at}`, work)));
  expect(most).toBe(1);
  expect(await readdir(dir)).toEqual([]);
});
