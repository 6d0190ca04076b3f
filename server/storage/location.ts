/** Where a folder's adapters live: inside git's own folder, so they are never committed and all worktrees share them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export async function storeLocation(folder: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const common = await gitCommonDir(folder);
  if (common !== null) return join(common, 'repotune');
  const real = await realpath(folder).catch(() => resolve(folder));
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 12);
  return join(dataFolder(environment), 'folders', `${basename(real)}-${hash}`);
}

/** The platform's place for a program's own data. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['REPOTUNE_DATA'];
  if (chosen) return resolve(chosen);
  if (process.platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'repotune');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'repotune');
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'repotune');
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
