import * as vscode from 'vscode';
import { ActiveDocument } from './activeDocument.ts';
import { ChosenFolder } from './chosenFolder.ts';
import { registerCommands } from './commands/index.ts';
import { followContextKeys } from './contextKeys.ts';
import { answerEarlyTyping } from './earlyTyping.ts';
import { provideInlineCompletions } from './inlineCompletion.ts';
import { NextEdits } from './nextEdit/nextEdits.ts';
import { showNotices } from './notices.ts';
import { watchOtherProviders } from './otherProviders.ts';
import { PanelProvider } from './panel.ts';
import { showTuneProgress } from './progress.ts';
import { RestingCursor } from './restingCursor.ts';
import { Session } from './session.ts';
import { StatusItem } from './statusItem.ts';
import { followUnfinished } from './unfinished.ts';

/** Wires the parts and returns at once: the server starts in the background, never in the way of the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Repotune', { log: true });
  const folder = new ChosenFolder(context.workspaceState);
  const session = new Session(context.extensionUri, context.globalStorageUri, folder, log);
  const nextEdits = new NextEdits(session, log);
  const document = new ActiveDocument(session);
  const panel = new PanelProvider(context.extensionUri, session, folder);
  context.subscriptions.push(
    log,
    folder,
    followUnfinished(context.workspaceState),
    session,
    nextEdits,
    new RestingCursor(session),
    document,
    new StatusItem(session, document),
    panel,
    followContextKeys(session),
    provideInlineCompletions(session, nextEdits.ghostText),
    folder.onChanged(() => session.chooseFolder()),
    showNotices(session, panel),
    showTuneProgress(session, panel),
    registerCommands(
      { session, folder, panel, nextEdits, document, memory: context.globalState, log },
      String(context.extension.packageJSON.version),
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.start()),
  );
  session.start();
  void answerEarlyTyping();
  // Set by `npm run vscode`: someone who runs that wants to see Repotune.
  if (process.env['REPOTUNE_SHOW_PANEL'] === '1') void vscode.commands.executeCommand('repotune.panel.focus');
  context.subscriptions.push(watchOtherProviders(context.globalState));
}
