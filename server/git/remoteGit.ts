/**
 * Runs git in a repository of our own that talks to a team's remote: through simple-git, which adds its own guard to the restrictions here.
 * Separate from `run.ts`, so that only sharing loads it.
 */
import { Readable } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import { GitPluginError, simpleGit } from 'simple-git';
import { killStarted, startedMark } from '../system/descendants.ts';
import { notStarted } from '../system/notStarted.ts';
import { CONFIGURATION_FILE, remoteEnvironment } from './environment.ts';
import { GitError } from './errors.ts';
import { gitProgram } from './program.ts';
import { type GitAnswer, type GitOptions, MOST_BYTES } from './run.ts';

export interface RemoteOptions extends Pick<GitOptions, 'signal' | 'input'> {
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends git after this much silence; for queries that are answered soon. */
  readonly silentMs?: number;
  /** Called during that silence, with the whole seconds so far. */
  onSilence?(seconds: number): void;
  /** Called with each piece of stderr. */
  onWords?(words: string): void;
}

/** Thousands of refs with a line each are far less. */
const MOST_SAID_BYTES = 16 * 2 ** 20;
/** A person who looks on wonders by then. */
const TELL_SILENCE_MS = 8000;
/** An ended git has closed its output by then. */
const LEAVING_MS = 1000;

/** Runs any command in a repository of our own, as the user, with the network. A remote may take its time: the signal ends it. */
export async function runRemote(
  gitDir: string,
  args: readonly string[],
  { environment = {}, signal, input, silentMs, onSilence, onWords }: RemoteOptions,
): Promise<GitAnswer> {
  signal?.throwIfAborted();
  const mark = startedMark();
  const env = { ...remoteEnvironment(gitDir), ...environment, ...mark };
  const tooLong = new AbortController();
  const silent = new AbortController();
  const ending = AbortSignal.any([tooLong.signal, silent.signal, ...(signal === undefined ? [] : [signal])]);
  const giveUp = silentMs === undefined ? undefined : setTimeout(() => silent.abort(), silentMs);
  let heardMs = performance.now();
  const tell = (): void => onSilence?.(Math.round((performance.now() - heardMs) / 1000));
  const telling = silentMs === undefined ? undefined : setInterval(tell, TELL_SILENCE_MS);
  let answer: GitAnswer | null = null;
  const git = simpleGit({
    baseDir: gitDir,
    binary: gitProgram(),
    // Every variable in the environment was set by us.
    allowEnvironment: Object.keys(env),
    // We looked the path up ourselves; ssh and askpass are set so that nothing ever prompts; the configuration is the user's.
    unsafe: {
      allowUnsafeConfigPaths: Object.keys(env).some((name) => CONFIGURATION_FILE.test(name)),
      allowUnsafeCustomBinary: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
      allowUnsafePager: true,
    },
    completion: { onExit: false },
    abort: ending,
    // Called for every command, with the raw bytes of its output.
    errors: (error, { exitCode, stdOut, stdErr }) => {
      if (error instanceof GitPluginError) return error;
      answer = {
        ok: exitCode === 0,
        exitCode,
        output: Buffer.concat(stdOut),
        words: Buffer.concat(stdErr).toString('utf8').trim(),
      };
      return undefined;
    },
    ...(input === undefined ? {} : { input: () => input }),
  })
    .env(env)
    .outputHandler((_, stdout, stderr) => {
      let bytes = 0;
      stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        giveUp?.refresh();
        telling?.refresh();
        heardMs = performance.now();
        if (bytes > MOST_BYTES) tooLong.abort();
      });
      // All that a remote, or a hook there, says to people comes here, and is kept in memory.
      let said = 0;
      stderr.on('data', (chunk: Buffer) => {
        said += chunk.length;
        if (said > MOST_SAID_BYTES) tooLong.abort();
        onWords?.(chunk.toString('latin1'));
      });
      // What an ended git had started (an ssh that waits for its server, a hook) lives on, and holds these open: nobody would get an answer.
      const leave = (): void => {
        for (const stream of [stdout, stderr]) if (stream instanceof Readable) stream.destroy();
      };
      ending.addEventListener('abort', () => void setTimeout(leave, LEAVING_MS), { once: true });
    });
  try {
    await git.raw([...args]);
  } catch (error) {
    signal?.throwIfAborted();
    if (silent.signal.aborted)
      throw new GitError(
        'unanswered',
        `The remote has said nothing for ${silentMs! / 1000} seconds. Check the network and its address, and try again.`,
      );
    if (!tooLong.signal.aborted) throw error;
    throw new GitError('unanswered', `git ${args[0]} answers without end. Check what is at the remote, and try again.`);
  } finally {
    clearTimeout(giveUp);
    clearInterval(telling);
    // Its helpers do not notice its end: one that opens a pipe without a writer, or reads a remote that drips, would stay for good.
    if (ending.aborted) await killStarted(mark);
  }
  return begun(answer, args, gitDir);
}

/** For a process that failed to start, simple-git gives the system's message and a negative exit code. */
function begun(answer: GitAnswer | null, args: readonly string[], cwd: string): GitAnswer {
  if (answer === null) throw new GitError('unanswered', `git ${args[0]} gave no answer. Try again.`);
  if (answer.exitCode === null || answer.exitCode >= 0) return answer;
  const code = getSystemErrorName(answer.exitCode);
  throw new GitError('not-started', notStarted({ program: gitProgram(), cwd, code }));
}
