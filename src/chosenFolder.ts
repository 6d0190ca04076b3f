import * as vscode from 'vscode';
import { FolderChoice } from './folderChoice.ts';

const pinnedKey = 'pinnedFolder';
/** Someone who flips through editors quickly is not looking at any of them. */
const settleMs = 250;

/** The folder this window works on, kept up to date and remembered for it. */
export class ChosenFolder implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #choice: FolderChoice;
  readonly #changed = new vscode.EventEmitter<void>();
  /** The folder changed, or how it was chosen. */
  readonly onChanged = this.#changed.event;
  readonly #watching: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    const kept = memory.get<string>(pinnedKey) ?? null;
    this.#choice = new FolderChoice(kept);
    this.#look();
    if (this.#choice.pinned !== kept) this.#remember();
    const settle = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#update(() => this.#look()), settleMs);
    };
    this.#watching = [
      vscode.window.onDidChangeActiveTextEditor(settle),
      vscode.window.onDidChangeActiveNotebookEditor(settle),
      vscode.workspace.onDidChangeWorkspaceFolders(settle),
    ];
  }

  /** null in a window without folders. */
  get path(): string | null {
    return this.#choice.chosen;
  }

  /** Whether {@link path} is only the first of several folders: see {@link FolderChoice.isGuess}. */
  get isGuess(): boolean {
    return this.#choice.isGuess;
  }

  get followsEditor(): boolean {
    return this.#choice.pinned === null;
  }

  /** null: follow the active editor again. */
  pin(path: string | null): void {
    clearTimeout(this.#timer);
    this.#update(() => {
      this.#look();
      this.#choice.pin(path);
    });
  }

  /** As if an editor of this folder were active. */
  looksAt(path: string): void {
    clearTimeout(this.#timer);
    this.#update(() => this.#choice.looksAt(path));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const watching of this.#watching) watching.dispose();
    this.#changed.dispose();
  }

  #look(): void {
    this.#choice.setFolders(folderPaths());
    this.#choice.looksAt(editorFolder());
  }

  #update(change: () => void): void {
    const [path, pinned] = [this.#choice.chosen, this.#choice.pinned];
    change();
    if (this.#choice.pinned !== pinned) this.#remember();
    if (this.#choice.chosen !== path || this.#choice.pinned !== pinned) this.#changed.fire();
  }

  #remember(): void {
    void this.#memory.update(pinnedKey, this.#choice.pinned ?? undefined);
  }
}

/** The folder of the active editor's document; null outside all folders. */
export function editorFolder(): string | null {
  const document = vscode.window.activeTextEditor?.document;
  // A cell has a scheme of its own and so belongs to no folder; its notebook is a file.
  const isInNotebook = document === undefined || document.uri.scheme === 'vscode-notebook-cell';
  const uri = isInNotebook ? vscode.window.activeNotebookEditor?.notebook.uri : document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return folder?.uri.scheme === 'file' ? folder.uri.fsPath : null;
}

function folderPaths(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}
