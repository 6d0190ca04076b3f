import { spawn } from 'node:child_process';
import { GitError } from './errors.ts';

export interface GitOptions {
  readonly signal?: AbortSignal;
  /** Written to git's standard input. */
  readonly input?: string;
}

/**
 * Runs git in `cwd` and answers with its output, or null when it exits with an error. A repository's own config can name
 * programs to run (fsmonitor, hooks, external diff): what we call must not start them.
 */
export async function runGit(
  cwd: string,
  args: readonly string[],
  { signal, input }: GitOptions = {},
): Promise<Buffer | null> {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false', ...args];
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const child = spawn('git', safe, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.resume();
  // git may end before it has read all (a bad option): its exit code tells.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  return await new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'ENOENT'
          ? new GitError(
              'no-git-program',
              'The program git was not found: install git and make sure it is on the PATH.',
            )
          : error,
      );
    });
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks) : null));
  });
}

/** As {@link runGit} without input. */
export function git(cwd: string, args: readonly string[], signal?: AbortSignal): Promise<Buffer | null> {
  return runGit(cwd, args, signal ? { signal } : {});
}

/** As {@link git}, as trimmed text. */
export async function gitText(cwd: string, args: readonly string[], signal?: AbortSignal): Promise<string | null> {
  return (await git(cwd, args, signal))?.toString('utf8').trim() ?? null;
}

/** The NUL-separated records of a `-z` answer. */
export function records(output: Buffer): string[] {
  return output.toString('utf8').split('\0').slice(0, -1);
}

/** Contents of blobs by their ids; those that a partial clone lacks are left out. */
export async function readBlobs(
  root: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Buffer>> {
  const output = await runGit(root, ['cat-file', '--batch'], {
    input: `${ids.join('\n')}\n`,
    ...(signal ? { signal } : {}),
  });
  const blobs = new Map<string, Buffer>();
  for (let at = 0; output && at < output.length; ) {
    // <id> blob <size>\n<content>\n, or `<id> missing\n`
    const newLine = output.indexOf(10, at);
    const [id = '', type, length] = output.toString('utf8', at, newLine).split(' ');
    at = newLine + 1;
    if (type !== 'blob') continue;
    blobs.set(id, output.subarray(at, at + Number(length)));
    at += Number(length) + 1;
  }
  return blobs;
}

export interface Repository {
  /** Absolute path of the work tree's top. */
  readonly root: string;
  /** '' before the first commit. */
  readonly commit: string;
  /** Root of HEAD's first-parent line, '' before the first commit. In a shallow clone only the oldest commit fetched. */
  readonly firstCommit: string;
  readonly shallow: boolean;
}

/** What git says of the folder; null when it lies in no work tree. */
export async function findRepository(folder: string, signal?: AbortSignal): Promise<Repository | null> {
  // At once: each takes git 10 ms to start.
  const [facts, root, head, roots] = await Promise.all([
    gitText(folder, ['rev-parse', '--is-bare-repository', '--is-shallow-repository'], signal),
    gitText(folder, ['rev-parse', '--show-toplevel'], signal),
    gitText(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], signal),
    // First parents only: merging an unrelated history must not change what is held out.
    gitText(folder, ['rev-list', '--first-parent', '--max-parents=0', 'HEAD'], signal),
  ]);
  if (facts === null) return null;
  const [bare, shallow] = facts.split('\n');
  if (root === null || root === '') {
    if (bare === 'true') {
      throw new GitError(
        'bare-repository',
        `${folder} is a bare repository without files: clone it and tune on the clone.`,
      );
    }
    return null;
  }
  const firstCommit = roots?.split('\n').at(-1) ?? '';
  return { root, commit: head ?? '', firstCommit, shallow: shallow === 'true' };
}
