/** What the completion rules see around a cursor. Line breaks are `\n` here whatever the document has. */
import { unifyBreaks } from '../common/lineBreaks.ts';

export interface Cursor {
  readonly languageId: string;
  /** Text of the cursor's line before it. */
  readonly linePrefix: string;
  /** Text of the cursor's line after it, without the line break. */
  readonly lineRest: string;
  /** The last {@link REACH} characters before the cursor. */
  readonly before: string;
  /** The first {@link REACH} characters after it. */
  readonly after: string;
  readonly lineBreak: '\n' | '\r\n';
}

const REACH = 6000;

/** `offset` in UTF-16 units, as in LSP positions; one that splits a surrogate pair is moved past the pair. */
export function cursorAt(text: string, offset: number, languageId: string): Cursor {
  const at = characterStart(text, Math.max(0, Math.min(offset, text.length)));
  const before = unifyBreaks(text.slice(characterStart(text, Math.max(0, at - REACH)), at));
  const after = unifyBreaks(text.slice(at, characterStart(text, Math.min(text.length, at + REACH))));
  const lineEnd = after.indexOf('\n');
  return {
    languageId,
    linePrefix: before.slice(before.lastIndexOf('\n') + 1),
    lineRest: lineEnd < 0 ? after : after.slice(0, lineEnd),
    before,
    after,
    lineBreak: usesCarriageReturn(text, at) ? '\r\n' : '\n',
  };
}

export function lastLineOf(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}

/** Columns of an indentation; a tab counts eight, so that mixed files compare sanely. */
export function indentWidth(line: string): number {
  let columns = 0;
  for (const char of indentOf(line)) columns += char === '\t' ? 8 - (columns % 8) : 1;
  return columns;
}

function characterStart(text: string, offset: number): number {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff && offset > 0 ? offset + 1 : offset;
}

function usesCarriageReturn(text: string, near: number): boolean {
  const before = text.lastIndexOf('\n', near - 1);
  const at = before >= 0 ? before : text.indexOf('\n', near);
  return at > 0 && text[at - 1] === '\r';
}
