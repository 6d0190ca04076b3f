/**
 * A document that is changed in many places at once: "Replace All", or a cursor in every line. One by one, each change copies the whole
 * text: 5,000 of them in 50,000 lines took twelve seconds, in which nothing else was answered.
 */
import type { Range, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** So many are told one by one: more cursors than anybody types with. */
const MOST_TOLD = 100;

/**
 * The same as one change of the text between the first and the last, where they are many and come from the end of the document to its
 * start, as VS Code sends them: no change moves the place of a later one. Otherwise as they are.
 */
export function joinedChanges(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
): readonly TextDocumentContentChangeEvent[] {
  if (changes.length <= MOST_TOLD) return changes;
  const pieces: string[] = [];
  let first: Range['start'] | null = null;
  let end: Range['end'] | null = null;
  let behind = Number.POSITIVE_INFINITY;
  for (const change of changes) {
    if (!('range' in change)) return changes;
    const { range, text } = change;
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    if (from > to || to > behind) return changes;
    if (first !== null) pieces.push(document.getText({ start: range.end, end: first }));
    pieces.push(text);
    end ??= range.end;
    first = range.start;
    behind = from;
  }
  if (first === null || end === null) return changes;
  return [{ range: { start: first, end }, text: pieces.toReversed().join('') }];
}
