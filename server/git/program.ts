/** Where the program git is: found once, and never in the current folder, which belongs to whoever made the repository. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { GitError } from './errors.ts';

/** The folders of a PATH that say where they are: an empty or relative entry means the current folder, or one in it. */
export function searchFolders(path: string): string[] {
  return path
    .split(delimiter)
    .map((entry) => entry.replace(/^"(.*)"$/, '$1'))
    .filter(isAbsolute);
}

/** The value of PATH, which Windows spells as it likes. */
export function pathOfEnvironment(environment: NodeJS.ProcessEnv): string {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH');
  return (key === undefined ? undefined : environment[key]) ?? '';
}

const found = new Map<string, string>();

/** Absolute path of git. @throws {GitError} `no-git-program` where there is none. */
export function gitProgram(environment: NodeJS.ProcessEnv = process.env): string {
  const path = pathOfEnvironment(environment);
  const known = found.get(path) ?? search(path);
  if (known === null) {
    throw new GitError('no-git-program', 'The program git was not found: install git and make sure it is on the PATH.');
  }
  found.set(path, known);
  return known;
}

function search(path: string): string | null {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  for (const folder of searchFolders(path)) if (isProgram(join(folder, name))) return join(folder, name);
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
