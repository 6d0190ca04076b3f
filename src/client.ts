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
  /** Read at every handshake, so that a restarted server gets the current ones. */
  readonly settings: () => object;
  /** Likewise: the folder the window works on. */
  readonly folder: () => string | null;
  /** Whether this client is still in use: only then is a server that dies restarted. */
  readonly isWanted: () => boolean;
  /** The server died too often and will not be restarted. */
  readonly onGivenUp: (message: string) => void;
  readonly listeners: NotificationListeners;
}

/**
 * The language client: server over IPC, settings pulled by the server, ghost text as LSP 3.18 defines it. This module is bundled
 * separately, so it must not import anything stateful from the extension.
 */
export function createClient(
  log: vscode.LogOutputChannel,
  { schemes, server, settings, folder, isWanted, onGivenUp, listeners }: ClientOptions,
): LanguageClient {
  const client = new SilentClient('repotune', 'Repotune', async () => connect(server, log), {
    documentSelector: [...schemes].map((scheme) => ({ scheme })),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // There is no client in an untrusted window.
    initializationOptions: () => ({ trusted: true, repotune: settings(), ...chosen(folder()) }),
    synchronize: { configurationSection: 'repotune' },
    middleware: {
      // The editor already asks our own provider: see provideInlineCompletions.
      provideInlineCompletionItems: () => [],
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section, scopeUri }) =>
            section === 'repotune' ? settingsIn(scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri)) : null,
          ),
      },
    },
    errorHandler: restarting(server, isWanted, onGivenUp),
    // The caller that started it reports the failure; the library would show its own message about a closed connection.
    initializationFailedHandler: () => false,
  });
  for (const name of Object.keys(listeners) as (keyof NotificationListeners)[])
    client.onNotification(Notifications[name], listeners[name]);
  return client;
}

/** Whoever starts the client says what failed and what to do; the library would show "Pending response rejected … Code: -32097". */
class SilentClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function chosen(folder: string | null): InFolder {
  return folder === null ? {} : { folder };
}

/** What the server prints outside the protocol goes to the log. */
function connect(server: ServerProcess, log: vscode.LogOutputChannel): MessageTransports {
  const child = server.take();
  for (const [stream, write] of [
    [child.stdout, (line: string) => log.info(line)],
    [child.stderr, (line: string) => log.error(line)],
  ] as const)
    if (stream !== null) createInterface({ input: stream }).on('line', write);
  return { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) };
}

/** Connection errors in a row after which the server is killed, and thereby restarted. */
const mostErrorsInARow = 3;

/** The library's own handler silently restarts a server five times. */
function restarting(
  server: ServerProcess,
  isWanted: () => boolean,
  onGivenUp: (message: string) => void,
): ErrorHandler {
  const restarts = new ServerRestarts(Date.now, sleep, isWanted);
  return {
    error: (_error, _message, count = 0) => {
      // `ErrorAction.Shutdown` would stop the client for good: `closed` is never called and nothing restarts.
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
