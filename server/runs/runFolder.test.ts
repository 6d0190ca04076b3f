import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { TuneError } from '../tuning/errors.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { inRun } from './runFolder.ts';

let refusesRelease = false;
vi.mock('../storage/lock.ts', async (original) => {
  const real = await original<typeof import('../storage/lock.ts')>();
  const takeLock: typeof real.takeLock = async (path, purpose) => {
    const lock = await real.takeLock(path, purpose);
    if (lock.kind === 'busy' || !refusesRelease) return lock;
    const release = async (): Promise<void> => {
      await lock.release();
      throw Object.assign(new Error('EROFS'), { code: 'EROFS', path });
    };
    return { ...lock, release };
  };
  return { ...real, takeLock };
});

it("a run's folder is deleted with it, or by the next run if the error that ended it keeps the run", async () => {
  using repository = new ScratchRepository();
  const options: TuneOptions = { folder: repository.root, modelPath: bundledModelPath(), baseType: 'q4_0' };
  const folders: string[] = [];
  const run = async (id: string, end: () => void): Promise<unknown> =>
    await inRun(id, options, {}, async (_, runDir) => {
      folders.push(runDir);
      writeFileSync(join(runDir, 'checkpoint.json'), '');
      end();
    }).catch((error: unknown) => error);
  const there = () => folders.map((folder) => existsSync(folder));

  await run('run-1', () => {
    throw new TuneError('The disk is full.');
  });
  expect(there()).toEqual([false]);
  const kept = new TuneError('It diverged.', { keepsRun: true });
  const ended = await run('run-2', () => {
    throw kept;
  });
  expect(ended).toBe(kept);
  expect(there()).toEqual([false, true]);
  expect(existsSync(join(folders[1]!, 'checkpoint.json'))).toBe(true);
  await run('run-3', () => {
    expect(there()).toEqual([false, false, true]);
  });
  expect(there()).toEqual([false, false, false]);
});

it.skipIf(process.platform === 'win32')('a run has succeeded even if its folder cannot be deleted', async () => {
  using repository = new ScratchRepository();
  const options: TuneOptions = { folder: repository.root, modelPath: bundledModelPath(), baseType: 'q4_0' };
  const levels = Array.from({ length: 15 }, () => 'd'.repeat(200));
  const run = inRun('run-1', options, {}, async (_, runDir) => {
    // A path longer than the system allows, which nothing that goes by path can delete.
    for (const folder of [runDir, repository.root]) mkdirSync(join(folder, ...levels), { recursive: true });
    renameSync(join(repository.root, levels[0]!), join(runDir, ...levels, 'deeper'));
    return 'tuned';
  });
  try {
    expect(await run).toBe('tuned');
    expect(existsSync(join(repository.root, '.git', 'repotune', 'runs', 'run-1'))).toBe(true);
    expect(existsSync(join(repository.root, '.git', 'repotune', 'tune.lock'))).toBe(false);
  } finally {
    execFileSync('rm', ['-rf', join(repository.root, '.git', 'repotune', 'runs')]);
  }
});

it('a run does not begin when its version could not be sealed', async () => {
  using repository = new ScratchRepository();
  const data = process.env['REPOTUNE_DATA'];
  process.env['REPOTUNE_DATA'] = join(repository.write('a-file', '').root, 'a-file', 'data');
  try {
    const options: TuneOptions = { folder: repository.root, modelPath: bundledModelPath(), baseType: 'q4_0' };
    let begun = false;
    const run = inRun('run-1', options, {}, async () => {
      begun = true;
    });
    await expect(run).rejects.toThrow(/ENOTDIR/);
    expect(begun).toBe(false);
  } finally {
    if (data === undefined) delete process.env['REPOTUNE_DATA'];
    else process.env['REPOTUNE_DATA'] = data;
  }
});

it('why a run failed is not replaced by a lock that cannot be deleted, in a store that has become read-only', async () => {
  using repository = new ScratchRepository();
  const options: TuneOptions = { folder: repository.root, modelPath: bundledModelPath(), baseType: 'q4_0' };
  refusesRelease = true;
  const run = inRun('run-1', options, {}, async () => {
    throw new TuneError('What was trained is kept.', { keepsRun: true });
  });
  await expect(run.finally(() => (refusesRelease = false))).rejects.toThrow('What was trained is kept.');
});
