/** The `.git` above a folder as the file system shows it: git's answers for "refused" and "none" are the same. */
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { readBounded } from '../storage/readBounded.ts';
import { includesOf } from './configIncludes.ts';
import { GitError } from './errors.ts';

/** Path of the nearest `.git`, here or in a parent, as far up as git looks; null if there is none. */
export async function nearestDotGit(
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  const start = await realpath(folder).catch(() => null);
  if (start === null) return null;
  const ceilings = new Set((environment['GIT_CEILING_DIRECTORIES'] ?? '').split(delimiter).filter(Boolean));
  const across = /^(?:1|true|yes|on)$/i.test(environment['GIT_DISCOVERY_ACROSS_FILESYSTEM'] ?? '');
  const device = (await stat(start)).dev;
  for (let dir = start; ; dir = dirname(dir)) {
    const path = join(dir, '.git');
    if (await exists(path)) return path;
    const parent = dirname(dir);
    if (parent === dir || ceilings.has(parent)) return null;
    if (!across && (await stat(parent)).dev !== device) return null;
  }
}

const MOST_LINK_BYTES = 64 * 1024;

/** The folder that a `.git` stands for: itself, or the one named by a file in its place. null if that cannot be determined. */
export async function folderOfDotGit(dotGit: string): Promise<string | null> {
  const info = await stat(dotGit).catch(() => null);
  if (info === null) return null;
  if (info.isDirectory()) return await realpath(dotGit);
  const text = await readBounded(dotGit, MOST_LINK_BYTES).catch(() => '');
  const [, named] = /^gitdir: (.+?)[\r\n]*$/s.exec(text) ?? [];
  return named === undefined ? null : await realpath(resolve(dirname(dotGit), named)).catch(() => null);
}

/** Read by git whenever it opens a repository. */
const READ = [
  'HEAD',
  'config',
  'config.worktree',
  'commondir',
  'index',
  'packed-refs',
  'shallow',
  'info/attributes',
  'info/exclude',
  'info/grafts',
  'objects/info/alternates',
] as const;

/** git reads its configuration whole at every call: a real one has some kB, and with 32 MB of it git takes seconds to say anything. */
const CONFIGURATION: ReadonlySet<string> = new Set(['config', 'config.worktree']);
const MOST_CONFIG_BYTES = 4e6;

/** git gives up after so many of them in each other (git-config(1), "includes"). */
const MOST_DEEP = 10;

/**
 * git would block on a pipe in place of a file, and be slow with a huge configuration.
 * @throws {GitError} `refused` if there is one, or a device.
 */
export async function requireFiles(dotGit: string, gitDir: string | null): Promise<void> {
  const paths = [dotGit, ...(gitDir === null ? [] : READ.map((name) => join(gitDir, name))), ...commonConfig(gitDir)];
  for (const path of paths) await requireFile(path, CONFIGURATION.has(basename(path)));
  const configurations = paths.filter((path) => CONFIGURATION.has(basename(path)));
  const seen = new Set(configurations);
  for (let deep = 0, some = configurations; deep < MOST_DEEP && some.length > 0; deep++) {
    const texts = await Promise.all(some.map((path) => readBounded(path, MOST_CONFIG_BYTES).catch(() => '')));
    const named = texts.flatMap((text, at) => includesOf(text, some[at]!)).filter((path) => !seen.has(path));
    some = [...new Set(named)];
    for (const path of some) {
      seen.add(path);
      await requireFile(path, true);
    }
  }
}

async function requireFile(path: string, isConfiguration: boolean): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info?.isFile() && isConfiguration && info.size > MOST_CONFIG_BYTES)
    throw new GitError(
      'refused',
      `${path} has ${Math.round(info.size / 1e6)} MB, which git reads at every call: more than ${MOST_CONFIG_BYTES / 1e6} MB are not read here. Delete from it what is not needed, and try again.`,
    );
  if (info === null || info.isFile() || info.isDirectory()) return;
  throw new GitError('refused', `${path} is not a file: git would wait for it. Remove it, and try again.`);
}

/** Of the repository that a linked work tree belongs to. */
function commonConfig(gitDir: string | null): string[] {
  if (gitDir === null || basename(dirname(gitDir)) !== 'worktrees') return [];
  return [join(dirname(dirname(gitDir)), 'config')];
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
