import * as vscode from 'vscode';
import type { Proposal } from './proposal.ts';

/**
 * Applies a proposal in one undo step, and leaves the cursor where the user continues. `ghost`: the text that was shown at the cursor.
 * Answers `stale` if the document is no longer what was proposed for.
 */
export async function applyIn(
  editor: vscode.TextEditor,
  proposal: Proposal,
  ghost: string | null,
): Promise<'applied' | 'stale' | 'refused'> {
  const { document } = editor;
  const { start, before, after } = proposal.edit;
  const range = new vscode.Range(proposal.start, proposal.end);
  const cursor = editor.selection.active;
  const touched = ghost !== null || range.contains(cursor);
  const offset = ghost === null ? start + after.length : document.offsetAt(cursor) + ghost.length;
  if (document.version !== proposal.version || document.getText(range) !== before) return 'stale';
  const done = await editor.edit(
    (edit) => (before === '' ? edit.insert(range.start, after) : edit.replace(range, after)),
    { undoStopBefore: true, undoStopAfter: true },
  );
  if (!done) return 'refused';
  // The user continues after the text just accepted.
  if (touched) {
    const end = document.positionAt(offset);
    editor.selection = new vscode.Selection(end, end);
  }
  return 'applied';
}
