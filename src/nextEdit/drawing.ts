/**
 * Where each part of an edit is drawn, in the editor's terms: removed pieces of lines, inserted pieces, lines beside the code. No vscode.
 */
import type { TextPosition, TextRange } from '../../server/protocol/index.ts';
import { fragmentsOf, type Hunk, hunksOf } from './lineDiff.ts';

/** An edit with the whole lines that it touches. */
export interface EditedLines {
  readonly first: number;
  readonly old: readonly string[];
  readonly updated: readonly string[];
  /** Of the document. */
  readonly lineCount: number;
  readonly tabSize: number;
  /** Any line of the document. */
  lineAt(line: number): string;
}

export interface Drawing {
  /** Removed pieces of lines. */
  readonly removed: readonly TextRange[];
  /** Lines removed or rewritten. */
  readonly removedLines: readonly number[];
  /** Pieces inserted within lines. */
  readonly inserted: readonly { readonly at: TextPosition; readonly text: string }[];
  /** New lines, each shown after the end of an existing line: a column of their own, right of the code. */
  readonly beside: readonly Beside[];
  /** Lines above which lines are inserted. */
  readonly boundaries: readonly number[];
  /** The line that shows the key hint. */
  readonly keyLine: number;
}

export interface Beside {
  readonly line: number;
  /** Columns between the line's end and the text. */
  readonly gap: number;
  /** Padded to the width of its block. */
  readonly text: string;
}

const MOST_BESIDE = 16;
/** Columns; a longer line must not push the block out of view. */
const WIDEST_CODE = 80;
const LONGEST_SHOWN = 160;
const GAP = 3;
const NEW_LINE = '↵';

/** The lines once `text` replaces what lies between character `start` of the first and `end` of the last. */
export function linesAfter(old: readonly string[], start: number, end: number, text: string): string[] {
  return ((old[0] ?? '').slice(0, start) + text + (old.at(-1) ?? '').slice(end)).split(/\r?\n/);
}

export function drawingOf(edit: EditedLines): Drawing {
  const hunks = hunksOf(edit.old, edit.updated);
  return drawn(edit, hunks) ?? (drawn(edit, [wholeOf(edit, hunks)], true) as Drawing);
}

function wholeOf({ old, updated }: EditedLines, hunks: readonly Hunk[]): Hunk {
  const [first, last] = [hunks[0], hunks.at(-1)];
  return {
    from: first?.from ?? 0,
    to: last?.to ?? old.length,
    newFrom: first?.newFrom ?? 0,
    newTo: last?.newTo ?? updated.length,
  };
}

/** null if two blocks would overlap; with `force`, everything goes into one block. */
function drawn(edit: EditedLines, hunks: readonly Hunk[], force = false): Drawing | null {
  const { first, old, updated } = edit;
  const removed: TextRange[] = [];
  const removedLines: number[] = [];
  const inserted: { at: TextPosition; text: string }[] = [];
  const beside: Beside[] = [];
  const boundaries: number[] = [];
  let free = 0;
  for (const hunk of hunks) {
    const gone = old.slice(hunk.from, hunk.to);
    const come = updated.slice(hunk.newFrom, hunk.newTo);
    const top = first + hunk.from;
    const pieces = gone.length === come.length ? gone.map((line, i) => fragmentsOf(line, come[i] as string)) : [null];
    if (pieces.every((piece) => piece !== null)) {
      pieces.forEach((fragments, i) => {
        for (const { from, to, text } of fragments) {
          const at = { line: top + i, character: to };
          if (to > from) removed.push({ start: { ...at, character: from }, end: at });
          if (text !== '') inserted.push({ at, text: shownText(text, edit.tabSize) });
        }
      });
      continue;
    }
    for (let i = 0; i < gone.length; i++) removedLines.push(top + i);
    if (gone.length === 0) boundaries.push(top);
    if (come.every((line) => line.trim() === '')) continue;
    const block = lineAfterAnother(edit, top, gone, come) ?? blockOf(edit, top, gone, come);
    if ((block[0]?.line ?? 0) < free && !force) return null;
    free = (block.at(-1)?.line ?? 0) + 1;
    beside.push(...block);
  }
  const drawing = { removed, removedLines, inserted, beside, boundaries };
  return { ...drawing, keyLine: keyLineOf(drawing, edit) };
}

/** The first drawn line, or the one above it if a block follows its end, since that may reach far to the right. */
function keyLineOf(drawing: Omit<Drawing, 'keyLine'>, { first, lineCount }: EditedLines): number {
  const { removed, removedLines, inserted, beside, boundaries } = drawing;
  const drawn = [
    ...removed.map(({ start }) => start.line),
    ...inserted.map(({ at }) => at.line),
    ...removedLines,
    ...boundaries.map((line) => Math.min(line, lineCount - 1)),
  ];
  const top = drawn.length === 0 ? first : Math.min(...drawn);
  return beside.some(({ line }) => line === top) ? Math.max(0, top - 1) : top;
}

/** One new line, after the end of the line that it follows: beside the next one's code it would look as if it belonged there. */
function lineAfterAnother(
  edit: EditedLines,
  top: number,
  gone: readonly string[],
  come: readonly string[],
): Beside[] | null {
  const free = top < edit.lineCount && edit.lineAt(top).trim() === '';
  if (gone.length > 0 || come.length !== 1 || top === 0 || free) return null;
  const text = shownText(`${NEW_LINE} ${(come[0] as string).trim()}`, edit.tabSize);
  return [{ line: top - 1, gap: GAP, text }];
}

/** The new lines, in a column of their own beside the lines from `top` on, or beside the document's last lines. */
function blockOf(edit: EditedLines, top: number, gone: readonly string[], come: readonly string[]): Beside[] {
  const { lineCount, tabSize, lineAt } = edit;
  const expanded = come.map((line) => withoutTabs(line, tabSize));
  const most = Math.max(1, Math.min(MOST_BESIDE, lineCount));
  const more = expanded.length - most + 1;
  const cut = expanded.length > most ? [...expanded.slice(0, most - 1), `… ${more} more lines`] : expanded;
  const indent = commonIndent([...cut, ...gone.map((line) => withoutTabs(line, tabSize))]);
  const texts = cut.map((line, i) => shortened(cut !== expanded && i === cut.length - 1 ? line : line.slice(indent)));
  const width = Math.max(...texts.map(columnsOf));
  const start = Math.max(0, Math.min(top, lineCount - texts.length));
  const ends = texts.map((_, i) => columnsOf(withoutTabs(lineAt(start + i), tabSize)));
  const column = Math.max(0, ...ends.filter((end) => end <= WIDEST_CODE)) + GAP;
  return texts.map((text, i) => ({
    line: start + i,
    gap: Math.max(GAP, column - (ends[i] as number)),
    text: hard(text + ' '.repeat(width - columnsOf(text))),
  }));
}

function commonIndent(lines: readonly string[]): number {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  return indents.length === 0 ? 0 : Math.min(...indents);
}

function withoutTabs(line: string, tabSize: number): string {
  let text = '';
  for (const part of line.split(/(\t)/)) text += part === '\t' ? ' '.repeat(tabSize - (text.length % tabSize)) : part;
  return text;
}

function shownText(text: string, tabSize: number): string {
  return hard(shortened(text.replaceAll('\t', ' '.repeat(tabSize))));
}

function shortened(text: string): string {
  // Half a surrogate pair would be drawn as a box.
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** Spaces that no style sheet collapses. */
function hard(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** East Asian characters and emoji take two columns. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  return columns;
}
