import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeLock, withLock } from './lock.ts';

/** As in a process that is suspended there, with its machine or by Ctrl+Z: the next call does not go on before this. */
const suspended = vi.hoisted<{ afterOpen: Promise<unknown> | null; beforeRename: Promise<unknown> | null }>(() => ({
  afterOpen: null,
  beforeRename: null,
}));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const until = suspended.afterOpen;
      suspended.afterOpen = null;
      const file = await real.open(...args);
      await until;
      return file;
    },
    rename: async (from: string, to: string) => {
      const until = suspended.beforeRename;
      suspended.beforeRename = null;
      await until;
      await real.rename(from, to);
      // A slow disk, so that nothing which follows is too short to be seen.
      await sleep(30);
    },
  };
});

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-lock-'));
  path = join(dir, 'x.lock');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function allLongAgo(): Promise<void> {
  for (const name of await readdir(dir)) await utimes(join(dir, name), 0, 0);
}

it('is not held by one that was suspended while it made the lock, if another has it when it goes on', async () => {
  const goesOn = Promise.withResolvers<void>();
  suspended.afterOpen = goesOn.promise;
  const first = takeLock(path, 'first');
  await vi.waitUntil(async () => (await readdir(dir)).length > 0);
  await allLongAgo();
  const second = await takeLock(path, 'second');
  goesOn.resolve();
  expect(second.kind).toBe('taken');
  expect(await first).toMatchObject({ kind: 'busy', holder: { purpose: 'second' } });
  if (second.kind === 'taken') await second.release();
  expect(await readdir(dir)).toEqual([]);
});

it('is not taken from its holder by one that was suspended while it removed the lock of a killed process', async () => {
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1', purpose: 'killed', sinceMs: 0 }));
  const goesOn = Promise.withResolvers<void>();
  suspended.beforeRename = goesOn.promise;
  const first = takeLock(path, 'first');
  await vi.waitUntil(() => suspended.beforeRename === null);
  await allLongAgo();
  const held: boolean[] = [];
  const second = withLock(path, 'second', async () => {
    goesOn.resolve();
    for (let at = 0; at < 50; at++) {
      held.push((await readdir(dir)).includes('x.lock'));
      await sleep(2);
    }
  });
  await Promise.race([second, sleep(500)]);
  goesOn.resolve();
  const answer = await first;
  if (answer.kind === 'taken') await answer.release();
  await second;
  expect(held).toEqual(Array.from({ length: 50 }, () => true));
  expect(await readdir(dir)).toEqual([]);
});
