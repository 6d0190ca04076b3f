/** The language server on one connection: what the protocol asks, handed to the parts that do it. */
import {
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  InlineCompletionTriggerKind,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { tuneParams, useParams } from './params.ts';
import type { Server } from './parts.ts';
import { inlineItem, listItem } from './items.ts';
import { abortSignal } from './cancellation.ts';
import { type Notice, Notifications, type RepotuneState, Requests, type TuneAnswer } from '../protocol.ts';
import type { CompletionOutcome } from '../completion/completeAt.ts';

/** What the server tells its client unasked. */
export interface Client {
  notice(notice: Notice): void;
  stateChanged(state: RepotuneState): void;
  log(line: string): void;
}

/** `documentText` gives an open document's text as of now. */
export type MakeServer = (client: Client, documentText: (uri: string) => string | undefined) => Server;

export function serve(connection: Connection, makeServer: MakeServer): void {
  const documents = new TextDocuments(TextDocument);
  const server = makeServer(
    {
      notice: (notice) => void connection.sendNotification(Notifications.notice, notice).catch(() => {}),
      stateChanged: (state) => void connection.sendNotification(Notifications.stateChanged, state).catch(() => {}),
      log: (line) => connection.console.log(line),
    },
    (uri) => documents.get(uri)?.getText(),
  );
  let client = { inline: false, configuration: false, folders: false, dynamicConfiguration: false };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const { workspace, textDocument } = params.capabilities;
    client = {
      inline: textDocument?.inlineCompletion !== undefined,
      configuration: workspace?.configuration === true,
      folders: workspace?.workspaceFolders === true,
      dynamicConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    };
    const root = params.rootUri ?? null;
    server.setFolders(params.workspaceFolders?.map(({ uri }) => uri) ?? (root === null ? [] : [root]));
    server.setSettings(sectionOf(params.initializationOptions));
    return {
      serverInfo: { name: 'repotune' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
        ...(client.inline
          ? { inlineCompletionProvider: true }
          : { completionProvider: { triggerCharacters: ['.', '(', '=', ' ', ',', ':', '{', '[', '"', "'"] } }),
        ...(client.folders ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } } : {}),
      },
    };
  });

  const pullSettings = async (): Promise<void> => {
    if (client.configuration) server.setSettings(await connection.workspace.getConfiguration('repotune'));
  };
  connection.onInitialized(async () => {
    if (client.dynamicConfiguration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'repotune' });
    }
    if (client.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        server.setFolders((await connection.workspace.getWorkspaceFolders())?.map(({ uri }) => uri) ?? []);
      });
    }
    await pullSettings();
    server.start();
  });
  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (client.configuration) await pullSettings();
    else server.setSettings(sectionOf(settings));
  });

  /** The outcome only while the document is still the one that was asked about. */
  const complete = async (
    uri: string,
    position: { line: number; character: number },
    invoked: boolean,
    signal: AbortSignal,
  ): Promise<{ document: TextDocument; offset: number; outcome: CompletionOutcome } | null> => {
    const document = documents.get(uri);
    if (document === undefined) return null;
    const { version } = document;
    const offset = document.offsetAt(position);
    const text = document.getText();
    const outcome = await server.provider.provide(
      { uri, text, offset, languageId: document.languageId, invoked },
      signal,
    );
    if (documents.get(uri)?.version !== version) return null;
    return { document, offset, outcome };
  };

  connection.languages.inlineCompletion.on(async ({ textDocument, position, context }, token) => {
    const invoked = context.triggerKind === InlineCompletionTriggerKind.Invoked;
    const result = await complete(textDocument.uri, position, invoked, abortSignal(token));
    if (result?.outcome.kind !== 'suggestion') return { items: [] };
    return { items: [inlineItem(result.document, result.offset, result.outcome)] };
  });
  connection.onCompletion(async ({ textDocument, position, context }, token) => {
    if (client.inline) return null;
    const invoked = context?.triggerKind === 1 && context.triggerCharacter === undefined;
    const result = await complete(textDocument.uri, position, invoked, abortSignal(token));
    if (result?.outcome.kind !== 'suggestion') return { isIncomplete: true, items: [] };
    return { isIncomplete: true, items: [listItem(result.document, result.offset, result.outcome)] };
  });

  connection.onRequest<TuneAnswer, void>(Requests.tune, (params: unknown) =>
    server.tune(tuneParams.parse(params ?? {})),
  );
  connection.onRequest<boolean, void>(Requests.stop, () => server.stop());
  connection.onRequest<RepotuneState, void>(Requests.state, () => server.state());
  connection.onRequest<RepotuneState, void>(Requests.use, async (params: unknown) => {
    try {
      return await server.use(useParams.parse(params));
    } catch (error) {
      throw new ResponseError(REQUEST_FAILED, error instanceof Error ? error.message : String(error));
    }
  });

  connection.onShutdown(() => server.dispose());
  documents.onDidChangeContent(() => server.edited());
  documents.listen(connection);
  connection.listen();
}

/** LSP: the request failed and its message is for the user. */
const REQUEST_FAILED = -32803;

/** Clients send either the section itself or an object that holds it. */
function sectionOf(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  return 'repotune' in settings ? settings.repotune : settings;
}
