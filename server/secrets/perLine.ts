/**
 * Counts matches per line, in the order of the text: a line with many of them is no source text. A line may be as long as its file, and is
 * read once.
 */
export class PerLine {
  readonly #text: string;
  #end = -1;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** End of the last counted line. */
  get end(): number {
    return this.#end;
  }

  /** Counts one at `at`; returns the count of its line. */
  count(at: number): number {
    if (at > this.#end) {
      const newLine = this.#text.indexOf('\n', at);
      this.#end = newLine === -1 ? this.#text.length : newLine;
      this.#count = 0;
    }
    return ++this.#count;
  }
}
