import type * as vscode from 'vscode';

/** Whether the editor shows a file: not a document that was never saved, nor what is not written there. */
export function showsFile(editor: Pick<vscode.TextEditor, 'document'> | undefined): boolean {
  return editor?.document.uri.scheme === 'file';
}
