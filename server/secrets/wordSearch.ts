/** Finds all words of a list in one pass over a text, in any case: Aho and Corasick, CACM 18 (1975), 333. */
export class WordSearch {
  readonly #next: Uint16Array;
  /** Per state, the words that end there. */
  readonly #found: (readonly number[])[];
  /** Per UTF-16 unit; 0 is no character of any word. */
  readonly #classOf = new Uint8Array(65_536);
  readonly #classes: number;

  /** Words of at most 255 different characters. */
  constructor(words: readonly string[]) {
    const characters = [...new Set(words.flatMap((word) => [...word.toLowerCase()]))];
    if (characters.length > 255) throw new RangeError(`${characters.length} different characters are too many.`);
    for (const [i, character] of characters.entries()) {
      this.#classOf[character.charCodeAt(0)] = i + 1;
      this.#classOf[character.toUpperCase().charCodeAt(0)] = i + 1;
    }
    this.#classes = characters.length + 1;
    const states: Map<number, number>[] = [new Map()];
    const found: number[][] = [[]];
    for (const [i, word] of words.entries()) {
      let state = 0;
      for (const character of word.toLowerCase()) {
        const kind = this.#classOf[character.charCodeAt(0)] as number;
        let next = states[state]?.get(kind);
        if (next === undefined) {
          next = states.length;
          states.push(new Map());
          found.push([]);
          states[state]?.set(kind, next);
        }
        state = next;
      }
      found[state]?.push(i);
    }
    this.#next = this.#automaton(states, found);
    this.#found = found;
  }

  /** Resolves the trie's failure links, breadth first. */
  #automaton(states: readonly Map<number, number>[], found: number[][]): Uint16Array {
    const next = new Uint16Array(states.length * this.#classes);
    const back = new Uint16Array(states.length);
    const queue = [0];
    for (let at = 0; at < queue.length; at++) {
      const state = queue[at] as number;
      const behind = back[state] as number;
      if (state !== 0) found[state]?.push(...(found[behind] as number[]));
      for (let kind = 1; kind < this.#classes; kind++) {
        const child = states[state]?.get(kind);
        const fallback = state === 0 ? 0 : (next[behind * this.#classes + kind] as number);
        if (child !== undefined) {
          back[child] = fallback;
          queue.push(child);
        }
        next[state * this.#classes + kind] = child ?? fallback;
      }
    }
    return next;
  }

  /** Calls `visit` with the number of each word found and where it ends, in the order of their ends. */
  scan(text: string, visit: (word: number, end: number) => void): void {
    const next = this.#next;
    const classOf = this.#classOf;
    const classes = this.#classes;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state * classes + (classOf[text.charCodeAt(i)] as number)] as number;
      if (state === 0) continue;
      const words = this.#found[state] as readonly number[];
      for (let k = 0; k < words.length; k++) visit(words[k] as number, i + 1);
    }
  }
}
