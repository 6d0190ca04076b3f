/** Where a folder's adapters live: inside git's own folder, so they are never committed and all worktrees share them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { dataFolder } from '../storage/paths.ts';

export async function storeLocation(folder: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const common = await gitCommonDir(folder);
  if (common !== null) return join(common, 'repotune');
  const real = await realpath(folder).catch(() => resolve(folder));
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 12);
  return join(dataFolder(environment), 'folders', `${basename(real)}-${hash}`);
}

async function gitCommonDir(folder: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--path-format=absolute', '--git-common-dir'], {
      cwd: folder,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
