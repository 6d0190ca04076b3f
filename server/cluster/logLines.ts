/** A job's log: assembles lines from chunks, and shows its end to a person. */

import { printable } from '../common/controls.ts';

const LAST_LINES = 12;
export const MOST_CHARS = 2000;
/** The job's own lines have 16 kB. */
const MOST_LINE_CHARS = 2 ** 20;

/** The last lines, without blank ones or anything a terminal would interpret. */
export function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return printable(lines.slice(-LAST_LINES).join('\n').slice(-MOST_CHARS).trim());
}

/** Yields complete lines, however the text is split; overlong ones are truncated. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#extend(first);
    for (const line of others) {
      const whole = this.#rest;
      this.#rest = '';
      this.#onLine(whole);
      this.#extend(line);
    }
  }

  #extend(text: string): void {
    if (this.#rest.length < MOST_LINE_CHARS) this.#rest = (this.#rest + text).slice(0, MOST_LINE_CHARS);
  }

  /** Flushes the text after the last line end. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest);
    this.#rest = '';
  }
}
