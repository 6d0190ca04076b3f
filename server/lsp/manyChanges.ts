/**
 * A document changed in many places at once: "Replace All", or a cursor in every line. Applied one by one, each change copies the whole
 * text: 5,000 changes in 50,000 lines took twelve seconds, during which nothing else was answered.
 */
import type { Position, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** Up to this many are reported one by one: more cursors than anybody types with. */
const MOST_TOLD = 100;

/** Whether they are in several lines, as those of a tool or of several cursors: Emacs sends letters typed after each other together. */
export function areInSeveralLines(changes: readonly TextDocumentContentChangeEvent[]): boolean {
  return new Set(changes.map((change) => ('range' in change ? change.range.start.line : 0))).size > 1;
}

/** Offsets in the document before all changes. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Merges many changes into one that spans from the first to the last, provided they are in order: from the end of the document to its
 * start, as VS Code sends them, or from its start to its end, as Helix does. Otherwise returns them unchanged.
 */
export function joinedChanges(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
): readonly TextDocumentContentChangeEvent[] {
  if (changes.length <= MOST_TOLD) return changes;
  const places = upwards(document, changes) ?? downwards(document, changes);
  const [first, last] = [places?.[0], places?.at(-1)];
  if (first === undefined || last === undefined) return changes;
  const was = document.getText();
  let at = first.start;
  const pieces = places?.map(({ start, end, text }) => {
    const piece = was.slice(at, start) + text;
    at = end;
    return piece;
  });
  const range = { start: document.positionAt(first.start), end: document.positionAt(last.end) };
  return [{ range, text: pieces?.join('') ?? '' }];
}

/** No change shifts the position of a later one. */
function upwards(document: TextDocument, changes: readonly TextDocumentContentChangeEvent[]): Place[] | null {
  const places: Place[] = [];
  let behind = Number.POSITIVE_INFINITY;
  for (const change of changes) {
    if (!('range' in change)) return null;
    const { range, text } = change;
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    if (start > end || end > behind) return null;
    places.push({ start, end, text });
    behind = start;
  }
  return places.toReversed();
}

/** Each is positioned in the text that those before it left. */
function downwards(document: TextDocument, changes: readonly TextDocumentContentChangeEvent[]): Place[] | null {
  // A CRLF may form or break where pieces meet, which changes the line count.
  if (document.getText().includes('\r')) return null;
  const places: Place[] = [];
  /** End of the last change, in the new and in the old text. */
  let now: Position = { line: 0, character: 0 };
  let was = now;
  const before = ({ line, character }: Position): Position | null => {
    if (line < now.line || (line === now.line && character < now.character)) return null;
    const isSame = line === now.line;
    return {
      line: was.line + line - now.line,
      character: isSame ? was.character + character - now.character : character,
    };
  };
  for (const change of changes) {
    if (!('range' in change) || change.text.includes('\r')) return null;
    const { range, text } = change;
    const [from, to] = [before(range.start), before(range.end)];
    if (from === null || to === null) return null;
    const [start, end] = [document.offsetAt(from), document.offsetAt(to)];
    const isInside = isAt(document, start, from) && isAt(document, end, to);
    if (!isInside || start > end || start < (places.at(-1)?.end ?? 0)) return null;
    places.push({ start, end, text });
    const lines = text.split('\n');
    const { length } = lines.at(-1) ?? '';
    now = {
      line: range.start.line + lines.length - 1,
      character: lines.length > 1 ? length : range.start.character + length,
    };
    was = to;
  }
  return places;
}

/** False for positions past the end of a line or of the text, which `offsetAt` clamps. */
function isAt(document: TextDocument, offset: number, { line, character }: Position): boolean {
  const at = document.positionAt(offset);
  return at.line === line && at.character === character;
}
