/** Follows accepted text through later edits, to see how much of it stays. */

/** A change of a document: `length` UTF-16 units at `offset` became `text`. */
export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

export class TrackedText {
  readonly text: string;
  #start: number;
  #end: number;

  constructor(start: number, text: string) {
    this.text = text;
    this.#start = start;
    this.#end = start + text.length;
  }

  apply({ offset, length, text }: Edit): void {
    const removedEnd = offset + length;
    if (offset >= this.#end && !(offset === this.#end && length === 0 && this.#start === this.#end)) return;
    const growth = text.length - length;
    if (removedEnd <= this.#start) {
      this.#start += growth;
      this.#end += growth;
      return;
    }
    const start = Math.min(this.#start, offset);
    this.#end = Math.max(this.#end, removedEnd) + growth;
    // A replacement across the start counts as inside: comparing the texts sorts it out.
    this.#start = start;
  }

  /** The lines that contain it, in their current form. */
  lines(document: string): string {
    const from = document.lastIndexOf('\n', this.#start - 1) + 1;
    const to = document.indexOf('\n', Math.max(this.#start, this.#end));
    return document.slice(from, to === -1 ? document.length : to);
  }

  /** Characters of the accepted text still there, in order. */
  kept(document: string): number {
    return commonSubsequence(this.text, document.slice(this.#start, Math.max(this.#start, this.#end)));
  }
}

/** Suggestions are short; beyond this the comparison would take longer than it is worth. */
const LONGEST_COMPARED = 2000;

/** Length of the longest common subsequence. */
export function commonSubsequence(a: string, b: string): number {
  if (a === b) return a.length;
  const [left, right] = [a.slice(0, LONGEST_COMPARED), b.slice(0, LONGEST_COMPARED)];
  let above = new Uint16Array(right.length + 1);
  for (const char of left) {
    const row = new Uint16Array(right.length + 1);
    for (let j = 1; j <= right.length; j++) {
      row[j] = right[j - 1] === char ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!);
    }
    above = row;
  }
  return above[right.length]!;
}
