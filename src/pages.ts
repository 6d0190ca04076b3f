import * as vscode from 'vscode';

const scheme = 'repotune';

/** Texts shown as read-only documents: nothing to save, no question on closing. */
export class Pages implements vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #texts = new Map<string, string>();

  register(): vscode.Disposable {
    return vscode.Disposable.from(vscode.workspace.registerTextDocumentContentProvider(scheme, this), this.#changed);
  }

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#texts.get(path) ?? '';
  }

  /** `title` is the tab's name; a page with the same title is replaced. */
  async show(title: string, text: string): Promise<void> {
    const address = vscode.Uri.from({ scheme, path: `${title}.txt` });
    this.#texts.set(address.path, text);
    this.#changed.fire(address);
    const document = await vscode.workspace.openTextDocument(address);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}
