import { basename } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../server/common/messageOf.ts';
import type { NextEditJump } from '../../server/protocol/index.ts';
import { withoutIcons, withoutLinks } from '../plainText.ts';

/** Places in other files that the last edit probably concerns: a hint in the status bar, and a list on request. */
export class Jumps implements vscode.Disposable {
  #jumps: readonly NextEditJump[] = [];
  readonly #hint = vscode.window.createStatusBarItem('repotune.nextEdits', vscode.StatusBarAlignment.Right, 89);

  constructor() {
    this.#hint.name = 'Repotune: Next Edits';
    this.#hint.command = 'repotune.goToNextEdit';
  }

  get any(): boolean {
    return this.#jumps.length > 0;
  }

  set(jumps: readonly NextEditJump[]): void {
    if (jumps.length === 0 && !this.any) return;
    this.#jumps = jumps;
    if (jumps.length === 0) {
      this.#hint.hide();
      return;
    }
    const places = jumps.length === 1 ? '1 place' : `${jumps.length} places`;
    this.#hint.text = `$(go-to-file) ${places}`;
    this.#hint.tooltip = `Your last change probably affects ${places} in other files. Click to see the list.`;
    this.#hint.accessibilityInformation = { label: `Repotune. ${this.#hint.tooltip}`, role: 'button' };
    this.#hint.show();
  }

  /** Goes to the place the user picks and returns it; null if none was picked. */
  async choose(): Promise<{ readonly document: vscode.TextDocument; readonly position: vscode.Position } | null> {
    const items = this.#jumps.map(({ uri, range, reason }) => {
      const file = vscode.Uri.parse(uri);
      return {
        label: `${withoutIcons(basename(file.path))}:${range.start.line + 1}`,
        description: withoutIcons(vscode.workspace.asRelativePath(file)),
        detail: withoutIcons(reason),
        at: { file, range },
      };
    });
    const chosen = await vscode.window.showQuickPick(items, { title: 'Go to a place that your last change affects' });
    if (chosen === undefined) return null;
    const { start } = chosen.at.range;
    const position = new vscode.Position(start.line, start.character);
    try {
      const selection = new vscode.Range(position, position);
      const { document } = await vscode.window.showTextDocument(chosen.at.file, { selection });
      return { document, position };
    } catch (error) {
      // A file that was not open may have been deleted.
      void vscode.window.showWarningMessage(
        withoutLinks(`Repotune: ${chosen.description} cannot be opened. ${messageOf(error)}`),
      );
      return null;
    }
  }

  dispose(): void {
    this.#hint.dispose();
  }
}
