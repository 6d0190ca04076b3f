/** Files that another program, or another window, has open: what Windows then refuses, the file system here is made to refuse. */
import { mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeLock } from './lock.ts';
import { writeAside } from './writeAside.ts';
import { writtenAside } from './writtenAside.ts';

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  return { ...fs, open: vi.fn(fs.open), rename: vi.fn(fs.rename), rm: vi.fn(fs.rm) };
});

const denied = (): Error => Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' });
const { platform } = process;
const runOn = (value: NodeJS.Platform): void => void Object.defineProperty(process, 'platform', { value });

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-open-'));
  path = join(dir, 'x');
  runOn('win32');
});
afterEach(async () => {
  runOn(platform);
  vi.resetAllMocks();
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

it.each([
  ['a small file', () => writeAside(path, 'new')],
  ['a large file', () => writtenAside(path, async (aside) => writeAside(aside, 'new'))],
])('%s is replaced once a scanner has let go of it', async (_, write) => {
  await writeAside(path, 'old');
  vi.mocked(rename).mockRejectedValueOnce(denied()).mockRejectedValueOnce(denied());
  await write();
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(dir)).toEqual(['x']);
});

it('a failed write reports its cause even when its temporary file cannot be deleted', async () => {
  const write = async (aside: string): Promise<never> => {
    await writeAside(aside, 'wrong');
    vi.mocked(rm).mockRejectedValueOnce(denied());
    throw new Error('It predicts differently.');
  };
  await expect(writtenAside(path, write)).rejects.toThrow('It predicts differently.');
  expect(await readdir(dir)).not.toContain('x');
});

it('a lock file that is denied for a moment is taken on another try', async () => {
  vi.mocked(open).mockRejectedValueOnce(denied());
  const lock = await takeLock(path, 'me');
  expect(lock.kind).toBe('taken');
  if (lock.kind === 'taken') await lock.release();
});

it('a lock file that is denied for good fails with the denial', async () => {
  vi.mocked(open).mockRejectedValue(denied());
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(1e6);
  await expect(takeLock(path, 'me')).rejects.toMatchObject({ code: 'EPERM' });
});

it('outside Windows a denied write fails at once, without another try', async () => {
  runOn('linux');
  vi.mocked(rename).mockRejectedValueOnce(denied());
  await expect(writeAside(path, 'new')).rejects.toMatchObject({ code: 'EPERM' });
  expect(rename).toHaveBeenCalledTimes(1);
});
