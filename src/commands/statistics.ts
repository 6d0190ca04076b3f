import * as vscode from 'vscode';
import { clearedOf, clearingQuestion } from '../../server/common/cleared.ts';
import { Requests } from '../../server/protocol/index.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';

/** Clears the user's statistics, across all folders and windows. Asks first, and says what was cleared. */
export async function clearStatistics(session: Session): Promise<void> {
  const { days } = await session.request(Requests.statistics, {});
  const answer = await vscode.window.showWarningMessage(
    clearingQuestion(clearedOf(days)),
    {
      modal: true,
      detail:
        'The counts of all folders are deleted, and what was learned from them about which suggestions to show unasked. Adapters and recorded edits stay. This cannot be undone.',
    },
    'Clear',
  );
  if (answer === undefined) return;
  const cleared = await session.clearStatistics();
  void vscode.window.showInformationMessage(withoutLinks(cleared));
}
