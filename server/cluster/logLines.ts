/** The log of a job: whole lines from pieces, and its end for a person. */

import { printable } from '../common/controls.ts';

const LAST_LINES = 12;
export const MOST_CHARS = 2000;
/** The job's own lines have 16 kB. */
const MOST_LINE_CHARS = 2 ** 20;

/** The last lines, without blank ones, and without what a terminal would obey. */
export function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return printable(lines.slice(-LAST_LINES).join('\n').slice(-MOST_CHARS).trim());
}

/** Gives whole lines, however the text is cut; of one that is longer than any of the job's, its beginning. */
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

  /** What stands behind the last line end. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest);
    this.#rest = '';
  }
}
