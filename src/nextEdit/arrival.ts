import type * as vscode from 'vscode';

type Document = Pick<vscode.TextDocument, 'uri' | 'version'>;

/** Where Tab or the list of places put the cursor. It counts until the cursor leaves or the document changes. */
export class Arrival {
  #at: { readonly uri: string; readonly version: number; readonly position: vscode.Position } | null = null;

  set({ uri, version }: Document, position: vscode.Position): void {
    this.#at = { uri: uri.toString(), version, position };
  }

  isAt({ uri, version }: Document, cursor: vscode.Position): boolean {
    const at = this.#at;
    return at !== null && at.uri === uri.toString() && at.version === version && at.position.isEqual(cursor);
  }

  /** The cursor is now at `cursor`. Coming back to the place another way, to indent its line say, is not an arrival. */
  moved(document: Document, cursor: vscode.Position): void {
    if (!this.isAt(document, cursor)) this.clear();
  }

  clear(): void {
    this.#at = null;
  }
}
