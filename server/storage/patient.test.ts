import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayPass, patiently, removeFile } from './patient.ts';

const refused = (code: string): Error => Object.assign(new Error(code), { code });

/** What becomes of an act that fails so many times: how often it is tried, and the code that it fails with in the end. */
async function tried(code: string, failures: number, platform: NodeJS.Platform) {
  let tries = 0;
  const act = async (): Promise<void> => {
    if (tries++ < failures) throw refused(code);
  };
  const failure = await patiently(act, platform, async () => undefined).catch((error: NodeJS.ErrnoException) => error);
  return { tries, code: failure?.code };
}

describe('an act that Windows refuses', () => {
  it.each(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY'])(
    'that fails with %s for a while is tried until it succeeds',
    async (code) => {
      expect(await tried(code, 3, 'win32')).toEqual({ tries: 4, code: undefined });
    },
  );

  it('that fails for good is given up after a number of tries', async () => {
    const { tries, code } = await tried('EPERM', 1000, 'win32');
    expect(code).toBe('EPERM');
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
  });
});

it.each([
  ['a file that is gone', 'ENOENT', 'win32'],
  ['a full disk', 'ENOSPC', 'win32'],
  ['a denial on Linux', 'EPERM', 'linux'],
  ['a denial on a Mac', 'EACCES', 'darwin'],
] as const)('%s fails at once (%s)', async (_, code, platform) => {
  expect(mayPass(refused(code), platform)).toBe(false);
  expect(await tried(code, 1, platform)).toEqual({ tries: 1, code });
});

it('deleting a file leaves a folder of that name as it is', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repotune-patient-'));
  await expect(removeFile(dir)).rejects.toThrow();
  await rmdir(dir);
});
