import * as vscode from 'vscode';
import type { Settings } from '../../server/protocol/index.ts';
import { settingsIn } from '../settings.ts';
import { Writable } from './writable.ts';

/** Where next edits are wanted; a reason why not goes to the log. */
export class Wanted implements vscode.Disposable {
  #on = isOn();
  readonly #writable = new Writable();
  readonly #following: vscode.Disposable;

  /** `onChanged`: the settings may have changed. */
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

  /** Only a few comparisons: called at every keystroke. */
  whyNot({ document, selections }: vscode.TextEditor): string | null {
    if (!this.#on) return 'they are turned off';
    if (document.uri.scheme !== 'file') return 'it is not a file on disk';
    if (vscode.workspace.getWorkspaceFolder(document.uri) === undefined) return 'it is in no folder of this window';
    if (selections.length > 1) return 'there are several cursors';
    if (selections[0]?.isEmpty === false) return 'text is selected';
    return null;
  }

  writable({ uri }: vscode.TextDocument): Promise<boolean> {
    return this.#writable.is(uri.fsPath);
  }

  dispose(): void {
    this.#following.dispose();
  }
}

function isOn(): boolean {
  const { completions, nextEdit } = settingsIn() as Partial<Settings>;
  return completions?.enabled === true && nextEdit?.enabled === true;
}
