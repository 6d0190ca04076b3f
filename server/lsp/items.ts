/** Suggestions in the forms LSP has for them. */
import type { CompletionItem, InlineCompletionItem, Range } from 'vscode-languageserver';
import { CompletionItemKind, InsertTextMode } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

export interface Insertion {
  readonly text: string;
  readonly replaceAfter: number;
}

export function inlineItem(
  document: TextDocument,
  offset: number,
  { text, replaceAfter }: Insertion,
): InlineCompletionItem {
  const range = rangeOf(document, offset, offset + replaceAfter);
  return { insertText: text, range, filterText: document.getText(range) + text };
}

/** For clients without inline completions: one item that any client shows first and that survives word filters. */
export function listItem(document: TextDocument, offset: number, { text, replaceAfter }: Insertion): CompletionItem {
  const lineStart = document.offsetAt({ line: document.positionAt(offset).line, character: 0 });
  const linePrefix = document.getText(rangeOf(document, lineStart, offset));
  const word = /[\p{L}\p{N}_$]*$/u.exec(linePrefix)![0];
  const whole = word + text;
  const [firstLine = '', ...more] = whole.trim().split('\n');
  return {
    label: more.length === 0 ? firstLine : `${firstLine.trimEnd()} …`,
    detail: 'Repotune',
    kind: CompletionItemKind.Text,
    preselect: true,
    sortText: '\u0000',
    filterText: whole,
    insertTextMode: InsertTextMode.asIs,
    documentation: whole,
    textEdit: { range: rangeOf(document, offset - word.length, offset + replaceAfter), newText: whole },
  };
}

function rangeOf(document: TextDocument, from: number, to: number): Range {
  return { start: document.positionAt(from), end: document.positionAt(to) };
}
