/** Output for a person at a terminal. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { printable, withoutControls } from '../common/controls.ts';
import { duration, fileSize } from '../common/format.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { SESSION_ENDS } from '../system/endOfSession.ts';

/** One line that is overwritten; without a terminal, an occasional line. */
export class StatusLine {
  readonly #out: NodeJS.WriteStream;
  #shown = false;
  #lastMs = 0;
  #last = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(said: string): void {
    const text = this.#out.isTTY ? withoutControls(said) : said;
    if (this.#out.isTTY) {
      // Some terminals say that they have no columns. A line that wraps could not be overwritten.
      this.#out.write(`\r\x1b[2K${text.slice(0, Math.max(1, (this.#out.columns || 80) - 1))}`);
      this.#shown = true;
      return;
    }
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < LOG_EVERY_MS || text === this.#last) return;
    this.#lastMs = nowMs;
    this.#last = text;
    this.#out.write(`${text}\n`);
  }

  clear(): void {
    if (this.#shown) this.#out.write('\r\x1b[2K');
    this.#shown = false;
  }
}

const LOG_EVERY_MS = 5000;

export function progressLine({
  stage,
  message,
  step,
  steps,
  tokensPerSecond,
  etaSeconds,
  curve,
  rssBytes,
}: TuneProgress): string {
  if (stage !== 'training' || step === 0) return `${stage}: ${message}`;
  const loss = curve.findLast(({ train }) => train !== null)?.train ?? null;
  const heldOut = curve.findLast((point) => point.heldOut !== null)?.heldOut ?? null;
  const parts = [
    `training ${bar(step / steps)} ${step}/${steps}`,
    ...(loss === null ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(heldOut === null ? [] : [`held-out ${heldOut.toFixed(3)}`]),
    `${Math.round(tokensPerSecond)} tok/s`,
    fileSize(rssBytes),
    ...(etaSeconds === null ? [] : [`${duration(etaSeconds)} left`]),
  ];
  return parts.join(' · ');
}

function bar(share: number): string {
  const full = Math.round(share * 20);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)}`;
}

/** Ctrl-C at a question, which sends no signal while a terminal is read by key; or a signal from elsewhere. */
export class StoppedAtQuestion extends Error {}

/**
 * Whether the person at the terminal says yes; null if there is no terminal. The end of the input (Ctrl-D) is no yes.
 * @throws {StoppedAtQuestion}
 */
export async function asked(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  let stopped = false;
  const ended = new AbortController();
  const stop = (): void => {
    stopped = true;
    terminal.close();
  };
  terminal.on('SIGINT', stop);
  for (const name of STOPS) process.once(name, stop);
  terminal.on('close', () => ended.abort());
  try {
    const answer = await terminal.question(`${printable(question)} [y/N] `, { signal: ended.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    // The cursor is still behind the question.
    process.stderr.write('\n');
    if (stopped) throw new StoppedAtQuestion('stopped');
    return false;
  } finally {
    for (const name of STOPS) process.removeListener(name, stop);
    terminal.close();
  }
}

/** The command hears them too, and waits for the answer. */
const STOPS = ['SIGINT', ...SESSION_ENDS] as const;

/** What a command answers; `found`: for programs, `said`: the same for a person. @returns the exit code */
export function say(json: boolean, found: unknown, said: string): number {
  console.log(json ? JSON.stringify(found) : said);
  return 0;
}

/** For a run that was stopped in a window, or makes way for another. @returns the exit code */
export function stoppedElsewhere(): number {
  console.error('repotune: stopped. Nothing was changed.');
  return 130;
}

/** Quoted so that a shell takes it as one word, to be typed or copied from the terminal. */
export function quoted(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w./:=@+-]+$/.test(word) || (platform === 'win32' && /^[\w./:\\=@+-]+$/.test(word))) return word;
  // Within double quotes a POSIX shell would run `$(…)`.
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Arguments for the next command to be typed, if this one was about a folder other than the current one. */
export function folderWords(folder: string): string {
  return resolve(folder) === resolve('.') ? '' : ` --folder ${quoted(folder)}`;
}
