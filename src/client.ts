import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type Middleware,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import { SETTINGS_VARIABLE } from '../server/protocol.ts';
import { ServerRestarts } from './serverRestarts.ts';

export interface ClientOptions {
  readonly schemes: Iterable<string>;
  readonly middleware: Middleware;
  /** Where Node keeps compiled code of the server and the engine from one start to the next. */
  readonly compiledFolder: string;
  /** The server died too often and is not started again. */
  readonly onGivenUp: (message: string) => void;
}

/**
 * The language client: server over IPC, settings pulled by the server, ghost text as the standard feature of LSP 3.18. This
 * module is bundled apart from the extension, so it may import nothing of it that holds state.
 */
export function createClient(
  extensionUri: vscode.Uri,
  log: vscode.LogOutputChannel,
  { schemes, middleware, compiledFolder, onGivenUp }: ClientOptions,
): LanguageClient {
  const module = vscode.Uri.joinPath(extensionUri, 'dist', 'server.mjs').fsPath;
  const settings = vscode.workspace.getConfiguration('repotune');
  // The settings go with the start too: the model loads while the handshake still waits for its turn in this process.
  const env = { ...process.env, NODE_COMPILE_CACHE: compiledFolder, [SETTINGS_VARIABLE]: JSON.stringify(settings) };
  const server = { module, transport: TransportKind.ipc, options: { execArgv: [], env } };
  return new LanguageClient(
    'repotune',
    'Repotune',
    { run: server, debug: { ...server, options: { execArgv: ['--inspect=6017'], env } } },
    {
      documentSelector: [...schemes].map((scheme) => ({ scheme })),
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { settings },
      synchronize: { configurationSection: 'repotune' },
      middleware,
      errorHandler: restarting(onGivenUp),
    },
  );
}

/** A connection that fails so often in a row is closed, which starts the server again. */
const mostErrorsInARow = 3;

/** The library's own handler starts a server again five times without a word. */
function restarting(onGivenUp: (message: string) => void): ErrorHandler {
  const restarts = new ServerRestarts(Date.now, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  return {
    error: (_error, _message, count = 0) => ({
      action: count <= mostErrorsInARow ? ErrorAction.Continue : ErrorAction.Shutdown,
    }),
    closed: async (): Promise<CloseHandlerResult> => {
      const death = await restarts.died();
      // The library shows nothing here, since its output channel is never revealed.
      if (death.message !== null) void tell(death.message);
      if (death.kind === 'restart') return { action: CloseAction.Restart, handled: true };
      onGivenUp(death.message);
      return { action: CloseAction.DoNotRestart, message: death.message, handled: true };
    },
  };
}

async function tell(message: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(message, 'Show Log');
  if (chosen) await vscode.commands.executeCommand('repotune.showLog');
}
