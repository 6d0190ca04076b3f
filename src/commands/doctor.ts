import * as vscode from 'vscode';
import type { FolderSession } from '../folderSession.ts';
import type { Pages } from '../pages.ts';
import { working } from './working.ts';

/** Shows the doctor's report in an editor, with a button that copies it. */
export async function doctor(here: FolderSession, pages: Pages, extensionVersion: string): Promise<void> {
  const report = await working('Repotune: checking the installation', (token) => here.doctor(token));
  const text = `Repotune ${extensionVersion}, VS Code ${vscode.version}, ${vscode.env.remoteName ?? 'local'}\n\n${report}`;
  await pages.show('Repotune Doctor', text);
  const chosen = await vscode.window.showInformationMessage('The report contains none of your code.', 'Copy Report');
  if (chosen) await vscode.env.clipboard.writeText(text);
}
