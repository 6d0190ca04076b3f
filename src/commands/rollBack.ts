import * as vscode from 'vscode';
import type { FolderSession } from '../folderSession.ts';

/** In a window with several folders it is said first of which: one step back cannot be seen before it is done. */
export async function rollBack(here: FolderSession): Promise<void> {
  if (here.name !== null) {
    const detail = 'This switches back to what was active before: an earlier adapter or the base model.';
    const question = `Roll back${here.inName}?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Roll Back')) === undefined) return;
  }
  await here.rollBack();
}
