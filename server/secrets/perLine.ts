/** Counts what is found on one line, in the order of the text: what many of stand on a line is no source text. A line may be as long as its file, and is looked at once. */
export class PerLine {
  readonly #text: string;
  #end = -1;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Of the line that was counted on last. */
  get end(): number {
    return this.#end;
  }

  /** How many were counted on the line of `at`, with this one. */
  count(at: number): number {
    if (at > this.#end) {
      const newLine = this.#text.indexOf('\n', at);
      this.#end = newLine === -1 ? this.#text.length : newLine;
      this.#count = 0;
    }
    return ++this.#count;
  }
}
