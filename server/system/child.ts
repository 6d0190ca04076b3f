/** A Node process of ours, from its owner's side: start, messages, end with the reason. Restarting is up to the owner. */
import { type ChildProcess, type ForkOptions, fork, type Serializable, type SpawnOptions } from 'node:child_process';
import { SETTINGS_VARIABLE } from '../protocol/index.ts';
import { lastWords } from './lastWords.ts';
import { startProblem } from './notStarted.ts';

/** Number of stderr lines kept: a ggml abort gives its reason in the first line of a stack trace of about 30. */
const STDERR_LINES = 60;
/** Longer lines are no messages. */
const LONGEST_LINE = 4096;

/**
 * A run outlives its window, so on Windows it has no console, and each Node that it starts would open one, in view. `fork` hands it on to
 * `spawn`, though its types do not know it.
 */
const WITHOUT_WINDOW: ForkOptions & Pick<SpawnOptions, 'windowsHide'> = { windowsHide: true };

/** A killed process first frees its memory, which takes seconds; one that waits inside a driver ends when that lets it, or never. */
const MOST_DYING_MS = 30_000;

export interface ChildHandlers {
  onMessage(message: unknown): void;
  /** Called once, when the process has ended and its messages have been handled, unless `end` was called before. */
  onDeath(reason: string, signal: NodeJS.Signals | null): void;
}

/** Starts a script with a message channel. Its output is kept apart from ours, which may carry a protocol. */
export function forkScript(
  script: string,
  args: readonly string[],
  execArgv: readonly string[],
  cwd?: string,
): ChildProcess {
  // The client's settings are only for the server.
  const { [SETTINGS_VARIABLE]: _, ...environment } = process.env;
  return fork(script, args, {
    ...WITHOUT_WINDOW,
    // Inside VS Code our executable is Electron, which acts as Node only with this variable.
    env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
    // Not inherited: a debugger's flags name a port, which is taken.
    execArgv: [...execArgv],
    ...(cwd === undefined ? {} : { cwd }),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

export class Child {
  readonly #process: ChildProcess;
  readonly #stderr: string[] = [];
  /** The last, incomplete line of its stderr: a single write may arrive in pieces. */
  #line = '';
  readonly #exited: Promise<void>;
  /** Takes the process for ended, the first time it is called. */
  readonly #ended: (reason: string, signal?: NodeJS.Signals | null) => void;
  #ending = false;
  #alive = true;

  constructor(process: ChildProcess, handlers: ChildHandlers) {
    this.#process = process;
    process.stderr?.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    process.on('message', (message) => {
      if (!this.#ending && this.#alive) handlers.onMessage(message);
    });
    const exited = Promise.withResolvers<void>();
    this.#exited = exited.promise;
    this.#ended = (reason, signal = null) => {
      if (!this.#alive) return;
      this.#alive = false;
      exited.resolve();
      if (!this.#ending) handlers.onDeath(reason, signal);
    };
    process.on('error', (error) => this.#ended(unstarted(error)));
    // Its messages and last output are read to their end first. (`close` never comes if the channel was closed before.)
    process.on('exit', (code, signal) => {
      const { stderr, connected } = process;
      const finish = (): void => this.#ended(this.#reason(code, signal), signal);
      if (this.#ending) finish();
      else if (connected) process.once('close', finish);
      else if (stderr === null || stderr.closed) finish();
      else stderr.once('close', finish);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(message: Serializable): void {
    // A process that dies during the write is reported by `exit`.
    if (this.#alive && this.#process.connected) this.#process.send(message, () => undefined);
  }

  /** Suspends or resumes the process (POSIX). */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#alive && process.platform !== 'win32') this.#process.kill(name);
  }

  /** Ends the process: asks by closing the channel, kills after `graceMs`. */
  async end(graceMs = 500): Promise<void> {
    this.#ending = true;
    if (!this.#alive || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    if (this.#process.connected) this.#process.disconnect();
    this.signal('SIGCONT');
    const killing = setTimeout(() => this.#process.kill('SIGKILL'), graceMs);
    const abandoning = setTimeout(() => this.#abandon(''), graceMs + MOST_DYING_MS);
    await this.#exited;
    clearTimeout(killing);
    clearTimeout(abandoning);
  }

  /** Kills a process that hangs. `onDeath` is called with the reason at once. */
  giveUp(reason: string): void {
    this.#process.kill('SIGKILL');
    this.#abandon(reason);
  }

  /** Waits for its end no longer, nor lets ours wait. */
  #abandon(reason: string): void {
    if (this.#process.connected) this.#process.disconnect();
    this.#process.stderr?.destroy();
    this.#process.unref();
    this.#ended(reason);
  }

  #keep(text: string): void {
    const lines = `${this.#line}${text}`.split('\n');
    this.#line = lines.pop()!.slice(-LONGEST_LINE);
    this.#stderr.push(...lines.filter((line) => line.trim() !== ''));
    if (this.#stderr.length > STDERR_LINES) this.#stderr.splice(1, this.#stderr.length - STDERR_LINES);
  }

  #reason(code: number | null, signal: NodeJS.Signals | null): string {
    const how =
      signal === 'SIGKILL'
        ? 'was killed (SIGKILL: by hand, or because memory ran out)'
        : signal !== null
          ? `ended with ${signal}`
          : `ended with exit code ${code}`;
    const words = lastWords([...this.#stderr, this.#line]);
    return words === undefined ? how : withoutStop(`${how}: ${words}`);
  }
}

function unstarted(error: Error): string {
  return withoutStop(`could not be started. ${startProblem(error) ?? error.message}`);
}

/** The caller adds it. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
