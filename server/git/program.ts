/** Path of the git program: looked up once, and never in the current folder, which belongs to whoever made the repository. */
import { spawnSync } from 'node:child_process';
import { constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { allowed } from '../system/allowed.ts';
import { notStarted } from '../system/notStarted.ts';
import { GitError } from './errors.ts';

/** The absolute folders in a PATH: an empty or relative entry means the current folder, or one in it. */
export function searchFolders(path: string): string[] {
  return path
    .split(delimiter)
    .map((entry) => entry.replace(/^"(.*)"$/, '$1'))
    .filter(isAbsolute);
}

/** The value of PATH, whose name has any case on Windows. */
export function pathOfEnvironment(environment: NodeJS.ProcessEnv): string {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH');
  return (key === undefined ? undefined : environment[key]) ?? '';
}

const found = new Map<string, string>();

/** Absolute path of git. @throws {GitError} `no-git-program` if there is no executable one. */
export function gitProgram(environment: NodeJS.ProcessEnv = process.env): string {
  const path = pathOfEnvironment(environment);
  const known = found.get(path) ?? search(path);
  found.set(path, known);
  return known;
}

/** @internal */
export function search(path: string, platform = process.platform, hasTools = hasDeveloperTools): string {
  const name = platform === 'win32' ? 'git.exe' : 'git';
  const there = searchFolders(path)
    .map((folder) => join(folder, name))
    .filter((file) => isFile(file) && (platform !== 'darwin' || file !== GIT_OF_MAC || hasTools()));
  const program = there.find((file) => allowed(file, constants.X_OK));
  if (program !== undefined) return program;
  const [denied] = there;
  throw new GitError(
    'no-git-program',
    denied === undefined
      ? `The program git was not found: install git${platform === 'darwin' ? ' (xcode-select --install)' : ''} and make sure it is on the PATH.`
      : notStarted({ program: denied, code: 'EACCES' }),
  );
}

/** Without Apple's developer tools, running it only opens a dialog of the system that offers them: each time, and we run it unasked. */
const GIT_OF_MAC = '/usr/bin/git';

/** xcode-select(1): fails if no folder of tools is set. */
function hasDeveloperTools(): boolean {
  return spawnSync('/usr/bin/xcode-select', ['--print-path'], { stdio: 'ignore' }).status === 0;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
