import type { LanguageEntry } from '../languages/grammars/entry.ts';
import type { RowRange, Scope } from '../languages/parser.ts';

/**
 * Scopes of a text without a grammar: a line with the more indented lines below it is a statement, and those lines are a block. Closing
 * lines (`}`, `end`) belong to the statement they end. Only comments on lines of their own count.
 */
export function scopesByIndentation(
  text: string,
  rows: readonly RowRange[],
  comments: LanguageEntry['comments'],
): Scope[] {
  const lines = linesOf(text);
  return [
    ...commentsIn(text, lines, comments),
    ...rows.flatMap(({ from, to }) => lines.slice(from, to).flatMap((_, i) => scopesAt(lines, from + i))),
  ].sort((a, b) => a.start - b.start || b.end - a.end);
}

function commentsIn(text: string, lines: readonly Line[], { line: mark, block }: LanguageEntry['comments']): Scope[] {
  const found: Scope[] = [];
  let upTo = 0;
  for (const { start, end } of lines) {
    if (start === end || start < upTo) continue;
    if (block && text.startsWith(block[0], start)) {
      const close = text.indexOf(block[1], start + block[0].length);
      upTo = close === -1 ? text.length : close + block[1].length;
    } else if (mark !== undefined && text.startsWith(mark, start)) upTo = end;
    else continue;
    found.push({ kind: 'comment', start, end: upTo });
  }
  return found;
}

interface Line {
  /** Index of the first non-blank character; `end`: after the last one. Equal on blank lines. */
  readonly start: number;
  readonly end: number;
  /** Columns before the first character; a tab counts as eight. */
  readonly indent: number;
  readonly closes: boolean;
}

function linesOf(text: string): Line[] {
  let offset = 0;
  return text.split('\n').map((line) => {
    const start = line.length - line.trimStart().length;
    const from = offset;
    offset += line.length + 1;
    const body = line.trim();
    const indent = line.slice(0, start).replaceAll('\t', '        ').length;
    return {
      start: from + (body === '' ? 0 : start),
      end: from + (body === '' ? 0 : line.trimEnd().length),
      indent,
      closes: /^([}\])]+[;,]?|end\b.*|fi|done|esac)$/.test(body),
    };
  });
}

function scopesAt(lines: readonly Line[], index: number): Scope[] {
  const head = lines[index] as Line;
  if (head.start === head.end || head.closes) return [];
  let last = head;
  let first: Line | undefined;
  for (let i = index + 1; i < lines.length; i++) {
    const line = lines[i] as Line;
    if (line.start === line.end) continue;
    if (line.indent > head.indent) {
      first ??= line;
      last = line;
    } else {
      if (line.closes && line.indent === head.indent && first) {
        return [
          { kind: 'statement', start: head.start, end: line.end },
          { kind: 'block', start: first.start, end: last.end },
        ];
      }
      break;
    }
  }
  const statement: Scope = { kind: 'statement', start: head.start, end: last.end };
  return first ? [statement, { kind: 'block', start: first.start, end: last.end }] : [statement];
}
