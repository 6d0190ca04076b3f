/** Where generated text is complete: the engine stops there, and the rest is not kept. */

import type { SyntaxReader } from '../languages/syntax.ts';
import { blockEnd } from './blockEnd.ts';
import type { Cursor } from './cursor.ts';
import { indentedAsFile, sameEnd } from './indentUnit.ts';
import { type BlockWords, blockWordsOf } from './keywordBlocks.ts';
import { loopAtEnd, TELLING } from './lineLoop.ts';
import { parsedBefore } from './parsedBefore.ts';

/**
 * The end of a block, found line by line, so that it does not depend on how the text arrives: where tree-sitter and the
 * indentation say so, before lines that repeat those just above, or before the document's own next line.
 */
export class UnitEnd {
  /** The text up to its end. */
  kept = '';
  readonly #cursor: Cursor;
  readonly #before: string;
  readonly #firstLinePrefix: string;
  readonly #nextLine: string;
  readonly #syntax: SyntaxReader | null;
  readonly #words: BlockWords | null;
  #seen = 0;
  #ended = false;

  constructor(cursor: Cursor, syntax: SyntaxReader | null) {
    this.#cursor = cursor;
    this.#before = parsedBefore(cursor.before);
    this.#firstLinePrefix = cursor.linePrefix;
    this.#nextLine = nextLineOf(cursor);
    this.#syntax = syntax;
    this.#words = blockWordsOf(cursor.languageId);
  }

  /** `text` so far; once true it stays so. */
  reached(text: string): boolean {
    for (let at = text.indexOf('\n', this.#seen); at >= 0 && !this.#ended; at = text.indexOf('\n', at + 1)) {
      const lineStart = this.#seen;
      this.#seen = at + 1;
      const loopStart = this.#loopStart(text, at);
      const again = loopStart ?? (this.#isNextLine(text, lineStart, at) ? lineStart : null);
      const end = again === null ? this.#blockEnd(text.slice(0, at + 1)) : Math.max(0, again - 1);
      this.#ended = end >= 0;
      if (this.#ended) this.kept = text.slice(0, end);
    }
    return this.#ended;
  }

  /** Depths are compared as they will be shown: a model may write spaces in a file with tabs. */
  #blockEnd(text: string): number {
    const shown = indentedAsFile(text, this.#cursor);
    const end = blockEnd(shown, this.#before, this.#syntax, this.#words);
    return end < 0 || shown === text ? end : sameEnd(text, shown, end);
  }

  /** Where the lines up to `end` begin to repeat those just above; null if they do not. */
  #loopStart(text: string, end: number): number | null {
    const lines = (this.#firstLinePrefix + text.slice(0, end)).split('\n');
    const period = loopAtEnd(lines);
    if (period === 0) return null;
    return end - lines.slice(-period).join('\n').length;
  }

  /** Whether the line of `text` from `start` to `end` is the document's next one. */
  #isNextLine(text: string, start: number, end: number): boolean {
    const line = text.slice(start, end).trimEnd();
    return start > 0 && line.trim().length > TELLING && line === this.#nextLine;
  }
}

function nextLineOf({ after, lineRest }: Cursor): string {
  const below = after.slice(lineRest.length + 1).split('\n');
  return below.find((line) => line.trim() !== '')?.trimEnd() ?? '';
}

/**
 * Stop strings for the rest of a line: a line break, and the text after the cursor. Not for closing marks alone: the
 * model does not see them, writes its own, and a filter matches the two.
 */
export function lineStops({ lineRest }: Cursor, closers: string): string[] {
  const rest = lineRest.trimEnd();
  return rest.trim().length >= TELLING && rest !== closers.trimEnd() ? ['\n', rest] : ['\n'];
}
