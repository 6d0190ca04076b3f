import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  type MessageTransports,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';
import { type InFolder, type NotificationListeners, Notifications } from '../server/protocol/index.ts';
import { withoutLinks } from './plainText.ts';
import type { ServerProcess } from './serverProcess.ts';
import { ServerRestarts } from './serverRestarts.ts';
import { settingsIn } from './settings.ts';

export interface ClientOptions {
  readonly schemes: Iterable<string>;
  readonly server: ServerProcess;
  /** Asked at every handshake, so that a server started again gets those of now. */
  readonly settings: () => object;
  /** Likewise: what the window works on. */
  readonly folder: () => string | null;
  /** Whether this client is still the one in use: only then is a server that dies started again. */
  readonly isWanted: () => boolean;
  /** The server died too often and is not started again. */
  readonly onGivenUp: (message: string) => void;
  readonly listeners: NotificationListeners;
}

/**
 * The language client: server over IPC, settings pulled by the server, ghost text as the standard feature of LSP 3.18. This
 * module is bundled apart from the extension, so it may import nothing of it that holds state.
 */
export function createClient(
  log: vscode.LogOutputChannel,
  { schemes, server, settings, folder, isWanted, onGivenUp, listeners }: ClientOptions,
): LanguageClient {
  const client = new LanguageClient('repotune', 'Repotune', async () => connect(server, log), {
    documentSelector: [...schemes].map((scheme) => ({ scheme })),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // Where the window is not trusted, there is no client.
    initializationOptions: () => ({ trusted: true, repotune: settings(), ...chosen(folder()) }),
    synchronize: { configurationSection: 'repotune' },
    middleware: {
      // The editor has asked already: see provideInlineCompletions.
      provideInlineCompletionItems: () => [],
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section, scopeUri }) =>
            section === 'repotune' ? settingsIn(scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri)) : null,
          ),
      },
    },
    errorHandler: restarting(server, isWanted, onGivenUp),
    // Whoever starts it says that it failed; the library would show its own words for a connection that ended.
    initializationFailedHandler: () => false,
  });
  for (const name of Object.keys(listeners) as (keyof NotificationListeners)[])
    client.onNotification(Notifications[name], listeners[name]);
  return client;
}

function chosen(folder: string | null): InFolder {
  return folder === null ? {} : { folder };
}

/** What the server prints beside the protocol goes to the log. */
function connect(server: ServerProcess, log: vscode.LogOutputChannel): MessageTransports {
  const child = server.take();
  for (const [stream, write] of [
    [child.stdout, (line: string) => log.info(line)],
    [child.stderr, (line: string) => log.error(line)],
  ] as const)
    if (stream !== null) createInterface({ input: stream }).on('line', write);
  return { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) };
}

/** A server whose connection fails so often in a row is killed, and by that started again. */
const mostErrorsInARow = 3;

/** The library's own handler starts a server again five times without a word. */
function restarting(
  server: ServerProcess,
  isWanted: () => boolean,
  onGivenUp: (message: string) => void,
): ErrorHandler {
  const restarts = new ServerRestarts(Date.now, sleep, isWanted);
  return {
    error: (_error, _message, count = 0) => {
      // `ErrorAction.Shutdown` would stop the client for good: `closed` is not asked then, and nothing starts again.
      if (count > mostErrorsInARow) server.kill();
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: async (): Promise<CloseHandlerResult> => {
      const death = await restarts.died();
      if (death.kind === 'unwanted') return { action: CloseAction.DoNotRestart, handled: true };
      // The library shows nothing here, since its output channel is never revealed.
      if (death.message !== null) void tell(death.message);
      if (death.kind === 'restart') return { action: CloseAction.Restart, handled: true };
      onGivenUp(death.message);
      return { action: CloseAction.DoNotRestart, message: death.message, handled: true };
    },
  };
}

async function tell(message: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(withoutLinks(message), 'Show Log');
  if (chosen) await vscode.commands.executeCommand('repotune.showLog');
}
