/** A real Ray cluster on this machine, for as long as it is needed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../server/storage/paths.ts';

export class LocalRay {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** `folder`: a short path, since socket names are limited. */
  static async start(python: string, folder: string): Promise<LocalRay> {
    const script = join(packageRoot, 'bench', 'cluster', 'localRay.py');
    const child = spawn(python, [script, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4000);
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done) throw new Error(`Ray did not start: ${words.trim()}`);
    return new LocalRay(JSON.parse(value).address, child, lines);
  }

  private constructor(address: string, child: ChildProcess, lines: AsyncIterator<string>) {
    this.address = address;
    this.#child = child;
    this.#lines = lines;
  }

  /** Kills the busiest worker, as a failing machine would. */
  async loseWorker(): Promise<{ readonly busySeconds: number }> {
    this.#child.stdin?.write('lose\n');
    return JSON.parse((await this.#lines.next()).value);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.stdin?.end();
    await ended;
  }
}
