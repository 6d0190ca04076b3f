/** Prepares a base for this window, in a process of the command line's that is held while text is generated. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Tuning } from '../engine/turns.ts';
import type { DeviceChoice } from '../engine/types.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { startProblem } from '../system/notStarted.ts';
import { silentEnd } from '../system/silentEnd.ts';
import { lastSentence } from '../versions/commandLine.ts';
import { fromRun, lines, type ToRun } from './runMessages.ts';

/** How much of the process's stderr is kept: one message. */
const STDERR_CHARS = 4000;

export class Preparing implements Tuning {
  readonly #commandLine: string;
  #child: ChildProcess | null = null;
  #held = false;

  /** `commandLine`: path of the script. */
  constructor(commandLine: string) {
    this.#commandLine = commandLine;
  }

  isComputing(): boolean {
    return this.#child !== null;
  }

  pause(): void {
    this.#hold(true);
  }

  resume(): void {
    this.#hold(false);
  }

  /** Whether it was made; false when stopped. Rejects with a message for the user. */
  async prepare(
    modelPath: string,
    device: DeviceChoice,
    onProgress: (progress: TuneProgress) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (this.#child !== null) throw new Error('The base is being prepared already.');
    const args = ['models', 'prepare', modelPath, '--device', device, '--watched'];
    const child = spawn(process.execPath, [this.#commandLine, ...args], {
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    this.#child = child;
    // Writing to a process that has exited is not an error.
    child.stdin.on('error', () => {});
    const receive = lines(fromRun, (message) => {
      if (message.kind === 'progress') onProgress(message.progress);
    });
    child.stdout.setEncoding('utf8').on('data', receive);
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-STDERR_CHARS);
    });
    const stop = (): void => this.#tell({ kind: 'stop' });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    if (this.#held) this.#hold(true);
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', (error) => reject(new Error(startProblem(error) ?? error.message, { cause: error })));
        child.once('close', resolve);
      });
      if (code === 0) return true;
      if (signal.aborted || code === 130) return false;
      throw new Error(lastSentence(words) || silentEnd('Preparing the base', { code, signal: child.signalCode }));
    } finally {
      signal.removeEventListener('abort', stop);
      this.#child = null;
    }
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#tell({ kind: 'hold', held });
  }

  #tell(message: ToRun): void {
    this.#child?.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}
