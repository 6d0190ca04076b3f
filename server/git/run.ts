/** Starts git processes in folders that may come from anybody; `remoteGit.ts` does so for a remote. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { startProblem } from '../system/notStarted.ts';
import { commandLine, type GitArguments, type Targets } from './commands.ts';
import { localEnvironment } from './environment.ts';
import { GitError } from './errors.ts';
import { gitProgram } from './program.ts';
import { SETTINGS } from './settings.ts';

export interface GitOptions extends Targets {
  readonly signal?: AbortSignal;
  /** Written to git's standard input. */
  readonly input?: string;
  /** A tree to read attributes from, instead of the work tree's files. */
  readonly attributesFrom?: string;
  /** The user's list of ignored files, instead of the one that is configured. */
  readonly excludesFile?: string;
  /** The user's attributes for all repositories, instead of none. */
  readonly attributesFile?: string;
  /** Limit on the answer, beyond which git is ended; {@link MOST_BYTES} by default. */
  readonly mostBytes?: number;
  /** Limit on silence, after which git is ended. */
  readonly silentMs?: number;
}

export interface GitAnswer {
  readonly ok: boolean;
  /** null if a signal ended it. */
  readonly exitCode: number | null;
  readonly output: Buffer;
  /** git's stderr, trimmed. */
  readonly words: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Counting a million commits takes less; reading a pipe in place of one of git's files never ends. */
const SILENT_MS = 120_000;
/** Maximum length of a string; no query has longer answers. */
export const MOST_BYTES = 2 ** 29;
const MOST_WORDS = 64 * 1024;

/**
 * Queries git in a folder that may come from anybody.
 * @throws {GitError} `no-git-program`, `not-started`, `unanswered`; the signal's reason.
 */
export async function askGit(cwd: string, args: GitArguments, options: GitOptions = {}): Promise<GitAnswer> {
  const child = startLocal(cwd, args, options);
  const collected = collect(child.stdout, options.mostBytes ?? MOST_BYTES);
  return await ended(child, cwd, options, collected);
}

export interface StreamOptions extends GitOptions {
  /** The byte that ends a record; a line break by default. */
  readonly separator?: number;
}

/** As {@link askGit}, but passes each record, without its end, to `onRecord` as it arrives; the returned output is empty. */
export async function streamGit(
  cwd: string,
  args: GitArguments,
  options: StreamOptions,
  onRecord: (record: Buffer) => void,
): Promise<Omit<GitAnswer, 'output'>> {
  const { separator = 10 } = options;
  const child = startLocal(cwd, args, options);
  let rest: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, from)) {
      const record = chunk.subarray(from, end);
      onRecord(rest.length === 0 ? record : Buffer.concat([...rest, record]));
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  });
  return await ended(child, cwd, options, { chunks: [], isTooLong: () => false });
}

/** Output of `git --version`. @throws {GitError} if there is no git, or none that runs. */
export async function gitVersion(): Promise<string> {
  const cwd = dirname(gitProgram());
  const child = start(cwd, ['--version'], localEnvironment(), {});
  const { ok, output } = await ended(child, cwd, {}, collect(child.stdout, MOST_BYTES));
  if (ok) return output.toString('utf8').trim();
  throw new GitError('not-started', `${gitProgram()} does not say which version it is. Install git again.`);
}

function startLocal(cwd: string, args: GitArguments, options: GitOptions): Child {
  const { attributesFrom, excludesFile, attributesFile } = options;
  const environment = localEnvironment();
  if (attributesFrom !== undefined) environment['GIT_ATTR_SOURCE'] = attributesFrom;
  // `config` runs no program, and must report the user's settings rather than these.
  const settings = args[0] === 'config' ? [] : SETTINGS;
  const lists = Object.entries({ excludesFile, attributesFile }).flatMap(([name, path]) =>
    path === undefined ? [] : ['-c', `core.${name}=${path}`],
  );
  return start(cwd, ['--no-pager', ...settings, ...lists, ...commandLine(args, options)], environment, options);
}

function start(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { signal, input }: Pick<GitOptions, 'signal' | 'input'>,
): Child {
  signal?.throwIfAborted();
  const child = spawn(gitProgram(), args, {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    ...(signal ? { signal } : {}),
  });
  // git may exit before reading everything (a bad option): its exit code tells.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  return child;
}

interface Collected {
  readonly chunks: readonly Buffer[];
  isTooLong(): boolean;
}

function collect(stream: Readable, mostBytes: number): Collected {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  });
  return { chunks, isTooLong: () => bytes > mostBytes };
}

async function ended(
  child: Child,
  cwd: string,
  { silentMs = SILENT_MS }: GitOptions,
  collected: Collected,
): Promise<GitAnswer> {
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (words.length < MOST_WORDS) words += text;
  });
  const everyMs = Math.min(silentMs / 8, 5_000);
  let wasSilentMs = 0;
  let lookedMs = performance.now();
  let gaveUp = false;
  const giveUp = (): void => {
    gaveUp = true;
    child.kill('SIGKILL');
  };
  child.stdout.on('data', () => {
    wasSilentMs = 0;
    if (collected.isTooLong()) giveUp();
  });
  const watch = setInterval(() => {
    const nowMs = performance.now();
    // After a longer gap the machine has slept, and git with it.
    wasSilentMs += Math.min(nowMs - lookedMs, 2 * everyMs);
    lookedMs = nowMs;
    if (wasSilentMs >= silentMs) giveUp();
  }, everyMs).unref();
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error) => {
        const problem = startProblem(error, cwd);
        reject(problem === null ? error : new GitError('not-started', problem));
      });
      child.on('close', resolve);
    });
    if (gaveUp) {
      throw new GitError(
        'unanswered',
        `git did not finish in ${cwd}. Run git status there to see what holds it up, and try again.`,
      );
    }
    return { ok: exitCode === 0, exitCode, output: Buffer.concat(collected.chunks), words: words.trim() };
  } finally {
    clearInterval(watch);
  }
}
