import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withLock } from './lock.ts';

/** What a disk does that an answer is lost from, or that has no hard links. */
const disk = vi.hoisted(() => ({ links: 'made, and said to exist' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    link: async (from: string, to: string) => {
      if (disk.links === 'unknown') throw Object.assign(new Error('ENOTSUP'), { code: 'ENOTSUP' });
      await real.link(from, to);
      throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
    },
  };
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it.each(['made, and said to exist', 'unknown'])(
  'a lock is taken and released on a disk whose hard links are %s',
  async (links) => {
    disk.links = links;
    const path = join(dir, 'x.lock');
    for (const purpose of ['first', 'second'])
      expect(await withLock(path, purpose, async () => await readdir(dir))).toEqual(['x.lock']);
    expect(await readdir(dir)).toEqual([]);
  },
);
