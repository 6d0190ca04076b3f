import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Settings } from '../../server/protocol/index.ts';
import { settingsIn } from '../settings.ts';

/** The owner may write. */
const WRITABLE_MODE = 0o200;

/** Where next edits are wanted: a reason why not is for the log. */
export class Wanted implements vscode.Disposable {
  #on = isOn();
  #writable: { readonly uri: string; readonly is: Promise<boolean> } | null = null;
  readonly #following: vscode.Disposable;

  /** `onChanged`: the settings may say something else. */
  constructor(onChanged: () => void) {
    this.#following = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('repotune')) return;
      this.#on = isOn();
      onChanged();
    });
  }

  get on(): boolean {
    return this.#on;
  }

  /** A few comparisons: it is asked with every key. */
  whyNot({ document, selections }: vscode.TextEditor): string | null {
    if (!this.#on) return 'they are turned off';
    if (document.uri.scheme !== 'file') return 'it is not a file on disk';
    if (vscode.workspace.getWorkspaceFolder(document.uri) === undefined) return 'it is in no folder of this window';
    if (selections.length > 1) return 'there are several cursors';
    if (selections[0]?.isEmpty === false) return 'text is selected';
    return null;
  }

  /** Looked up once for each visit of a document: it runs where the files are. */
  writable({ uri }: vscode.TextDocument): Promise<boolean> {
    if (this.#writable?.uri !== uri.toString()) this.#writable = { uri: uri.toString(), is: mayWrite(uri.fsPath) };
    return this.#writable.is;
  }

  dispose(): void {
    this.#following.dispose();
  }
}

function isOn(): boolean {
  const { completions, nextEdit } = settingsIn() as Partial<Settings>;
  return completions?.enabled === true && nextEdit?.enabled === true;
}

async function mayWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    // The administrator may write everything; the editor asks before it does.
    return ((await stat(path)).mode & WRITABLE_MODE) !== 0;
  } catch {
    return false;
  }
}
