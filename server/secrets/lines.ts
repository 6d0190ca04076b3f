export interface Line {
  readonly start: number;
  readonly text: string;
}

/** The line of `at` up to there, at most its last `most` characters. */
export function lineUpTo(text: string, at: number, most: number): string {
  const piece = text.slice(Math.max(0, at - most), at);
  return piece.slice(piece.lastIndexOf('\n') + 1);
}

/** Longer lines are data. */
export const longest = 400;

/** Lines of a text, sliced on demand. `\n` in a string ends a line too. */
export class Lines {
  readonly #text: string;
  readonly #starts = [0];
  readonly #ends: number[] = [];

  constructor(text: string) {
    this.#text = text;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const mark = code === 10 ? 1 : code === 92 && text.charCodeAt(i + 1) === 110 ? 2 : 0;
      if (mark === 0) continue;
      this.#ends.push(i);
      this.#starts.push(i + mark);
      i += mark - 1;
    }
    this.#ends.push(text.length);
  }

  get length(): number {
    return this.#ends.length;
  }

  startOf(index: number): number {
    return this.#starts[index] as number;
  }

  endOf(index: number): number {
    return this.#ends[index] as number;
  }

  at(index: number): Line | undefined {
    if (index >= this.length) return undefined;
    return { start: this.startOf(index), text: this.#text.slice(this.startOf(index), this.endOf(index)) };
  }

  /** The lines after one, at most so many. */
  *behind(index: number, most: number): Generator<Line> {
    for (let i = index + 1; i <= index + most && i < this.length; i++) yield this.at(i) as Line;
  }
}
