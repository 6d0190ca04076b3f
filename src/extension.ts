import * as vscode from 'vscode';
import { registerCommands } from './commands/index.ts';
import { followContextKeys } from './contextKeys.ts';
import { answerEarlyTyping } from './earlyTyping.ts';
import { showNotices } from './notices.ts';
import { watchOtherProviders } from './otherProviders.ts';
import { PanelProvider } from './panel.ts';
import { showTuneProgress } from './progress.ts';
import { Session } from './session.ts';
import { StatusItem } from './statusItem.ts';

/** Wires the parts and returns at once: the server starts in the background, never in the way of the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Repotune', { log: true });
  const session = new Session(context.extensionUri, context.globalStorageUri, log);
  context.subscriptions.push(
    log,
    session,
    new StatusItem(session),
    new PanelProvider(context.extensionUri, session),
    followContextKeys(session),
    answerEarlyTyping(session),
    showNotices(session),
    showTuneProgress(session),
    registerCommands(session, log, String(context.extension.packageJSON.version)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.start()),
  );
  session.start();
  context.subscriptions.push(watchOtherProviders(context.globalState));
}
