import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { readBounded } from './readBounded.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-read-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('reads a file within the limit, and refuses a larger one, a folder and a missing one', async () => {
  const path = join(dir, 'file');
  await writeFile(path, 'four');
  expect(await readBounded(path, 4)).toBe('four');
  await expect(readBounded(path, 3)).rejects.toThrow(/has 4 bytes, more than the 3 allowed/);
  await expect(readBounded(dir, 4)).rejects.toThrow(/is not a file|EISDIR/);
  await expect(readBounded(join(dir, 'absent'), 4)).rejects.toMatchObject({ code: 'ENOENT' });
});

it.skipIf(process.platform === 'win32')('does not wait for a pipe that nobody writes to', async () => {
  const path = join(dir, 'pipe');
  execFileSync('mkfifo', [path]);
  await expect(readBounded(path, 4)).rejects.toThrow(/is not a file/);
});

it.each(['state.json', 'routes.json'])('a store whose %s is huge counts as damaged', async (name) => {
  await writeFile(join(dir, name), Buffer.alloc(3 * 2 ** 20, ' '));
  const store = new AdapterStore(dir);
  const { readRoutes } = await import('../adapters/routes.ts');
  await expect(name === 'state.json' ? store.active() : readRoutes(dir)).rejects.toThrow(/damaged.*Delete it/);
});
