/** Notebooks, as clients that synchronize them tell of them: a cell goes on from those above it, which a text document alone does not say. */
import { type Connection, NotebookDocuments, type TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** Not a diff's old side or an output. */
const SCHEMES = ['file', 'untitled', 'vscode-vfs'] as const;
/** UTF-16 units: more than any prompt shows. */
const MOST_ABOVE = 32_000;

export const notebookSync = { notebookSelector: SCHEMES.map((scheme) => ({ notebook: { scheme } })) };

export class Notebooks {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #notebooks: NotebookDocuments<TextDocument>;

  /** `documents`: receives the cells as well. */
  constructor(documents: TextDocuments<TextDocument>) {
    this.#documents = documents;
    this.#notebooks = new NotebookDocuments(documents);
  }

  listen(connection: Connection): void {
    this.#notebooks.listen(connection);
  }

  /** The text that a cell goes on from: the cells above it in its language, each followed by a blank line; '' for any other document. */
  above(uri: string): string {
    const cells = this.#notebooks.findNotebookDocumentForCell(uri)?.cells ?? [];
    const languageId = this.#documents.get(uri)?.languageId;
    const at = cells.findIndex(({ document }) => document === uri);
    const texts: string[] = [];
    let left = MOST_ABOVE;
    for (const { document } of cells.slice(0, Math.max(0, at)).toReversed()) {
      const cell = this.#documents.get(document);
      const text = cell?.languageId === languageId ? `${cell?.getText().trimEnd()}\n\n` : '';
      if (text.trim() === '' || text.length > left) continue;
      texts.unshift(text);
      left -= text.length;
    }
    return texts.join('');
  }
}
