import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import { inlineCompletionMiddleware, writtenSchemes } from './inlineCompletion.ts';

/** The language client: server over IPC, settings pulled by the server, ghost text as the standard feature of LSP 3.18. */
export function createClient(extensionUri: vscode.Uri, log: vscode.LogOutputChannel): LanguageClient {
  const module = vscode.Uri.joinPath(extensionUri, 'dist', 'server.mjs').fsPath;
  const server = { module, transport: TransportKind.ipc, options: { execArgv: [] } };
  return new LanguageClient(
    'repotune',
    'Repotune',
    { run: server, debug: { ...server, options: { execArgv: ['--inspect=6017'] } } },
    {
      documentSelector: [...writtenSchemes].map((scheme) => ({ scheme })),
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { settings: vscode.workspace.getConfiguration('repotune') },
      synchronize: { configurationSection: 'repotune' },
      middleware: inlineCompletionMiddleware,
    },
  );
}
