/** One engine process from the server's side: start, messages, end with its reason. Restarting is its owner's matter. */
import type { ChildProcess, Serializable } from 'node:child_process';
import { forkEngine, takeAhead } from './ahead.ts';
import { lastWords } from './lastWords.ts';

/** Lines of stderr that are kept: a ggml abort says its reason in the first of a stack trace of about 30. */
const STDERR_LINES = 60;

export interface ChildHandlers {
  onMessage(message: unknown): void;
  /** Once, when the process has ended, unless `end` was called before. */
  onDeath(reason: string): void;
}

export class EngineChild {
  readonly #process: ChildProcess;
  readonly #stderr: string[] = [];
  readonly #exited: Promise<void>;
  #ending = false;
  #alive = true;

  constructor(role: 'complete' | 'tune', handlers: ChildHandlers, entry?: string) {
    this.#process = (role === 'complete' ? takeAhead() : null) ?? forkEngine(role, entry);
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    this.#process.on('message', (message) => handlers.onMessage(message));
    this.#exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        if (!this.#alive) return;
        this.#alive = false;
        resolve();
        if (!this.#ending) handlers.onDeath(reason);
      };
      this.#process.on('error', (error) => ended(`could not be started: ${error.message}`));
      // The reason is in stderr: read to its end first. (`close` never comes when we closed the channel ourselves.)
      this.#process.on('exit', (code, signal) => {
        const { stderr } = this.#process;
        if (stderr === null || stderr.closed) ended(this.#reason(code, signal));
        else stderr.once('close', () => ended(this.#reason(code, signal)));
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(message: Serializable): void {
    // A process that dies under the write is reported by `exit`.
    if (this.#alive && this.#process.connected) this.#process.send(message, () => undefined);
  }

  /** Stops or continues the process where it stands (POSIX). */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#alive && process.platform !== 'win32') this.#process.kill(name);
  }

  /** Ends the process: asks by closing the channel, kills after `graceMs`. */
  async end(graceMs = 500): Promise<void> {
    this.#ending = true;
    if (!this.#alive) return;
    if (this.#process.connected) this.#process.disconnect();
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #keep(text: string): void {
    this.#stderr.push(...text.split('\n').filter((line) => line.trim() !== ''));
    if (this.#stderr.length > STDERR_LINES) this.#stderr.splice(1, this.#stderr.length - STDERR_LINES);
  }

  #reason(code: number | null, signal: NodeJS.Signals | null): string {
    const how =
      signal === 'SIGKILL'
        ? 'was killed (SIGKILL: by hand, or because memory ran out)'
        : signal !== null
          ? `ended with ${signal}`
          : `ended with exit code ${code}`;
    const words = lastWords(this.#stderr);
    return words === undefined ? how : `${how}: ${words}`;
  }
}
