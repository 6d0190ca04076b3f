/** The language server on one connection: dispatches the protocol's messages to the parts that handle them. */
import { basename } from 'node:path';
import {
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  InlineCompletionTriggerKind,
  MessageType,
  ShowMessageNotification,
  TextDocumentSyncKind,
  TextDocuments,
  type WorkspaceFolder,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '../common/messageOf.ts';
import { lineEditOf } from '../edits/lineEdit.ts';
import {
  NEXT_EDIT_CAPABILITY,
  Notifications,
  type NotificationType,
  SETTINGS_VARIABLE,
  ServerCommands,
} from '../protocol/index.ts';
import { withoutSecrets } from '../secrets/redacted.ts';
import type { Client } from '../window/client.ts';
import { pathOf } from '../window/workspace.ts';
import { abortSignal } from './cancellation.ts';
import { InlineCompletions } from './inlineCompletion.ts';
import { areInSeveralLines, joinedChanges } from './manyChanges.ts';
import { serveNextEdits } from './nextEdit.ts';
import { Notebooks, notebookSync } from './notebooks.ts';
import { chosenAtStart } from './paramSchemas.ts';
import type { Server } from './parts.ts';
import { serveRequests } from './requests.ts';
import { hearRestingCursor } from './restingCursor.ts';
import { HOW_TO_TRUST, TRUST_FOLDER, Trust } from './trust.ts';

const section = 'repotune';

/** `documentText` returns an open document's current text, `textAbove` the text that it goes on from, '' for none. */
export type MakeServer = (
  client: Client,
  documentText: (uri: string) => string | undefined,
  textAbove: (uri: string) => string,
) => Server;

export function serve(connection: Connection, makeServer: MakeServer): void {
  const documents: TextDocuments<TextDocument> = new TextDocuments({
    create: TextDocument.create,
    update: (document, changes, version) => {
      const covered = trust.covers(document.uri);
      const together = areInSeveralLines(changes);
      for (const change of joinedChanges(document, changes)) {
        if (covered) server.changing(document.uri, () => lineEditOf(document, change), together);
        if (!covered) {
          // Typing in an untrusted folder is not observed.
        } else if ('range' in change) {
          const [start, end] = [document.offsetAt(change.range.start), document.offsetAt(change.range.end)];
          server.edited(document.uri, { offset: start, length: end - start, text: change.text });
        } else {
          server.edited(document.uri, { offset: 0, length: document.getText().length, text: change.text });
        }
        TextDocument.update(document, [change], version);
      }
      return document;
    },
  });
  const notebooks = new Notebooks(documents);
  const trust = new Trust();
  /** The protocol forbids messages from the server before the handshake has ended; null from then on. */
  let early: (() => void)[] | null = [];
  const send = <Params>(type: NotificationType<Params>, params: NoInfer<Params>): void => {
    const now = (): void => void connection.sendNotification(type, params).catch(() => {});
    if (early === null) now();
    else early.push(now);
  };
  const server = makeServer(
    {
      notice: (notice) => send(Notifications.notice, notice),
      stateChanged: (state) => send(Notifications.stateChanged, state),
      settingsIn: async (folder) => await pulled(opened.find(({ uri }) => pathOf(uri) === folder)?.uri),
      // Errors quote their subject: an address with a password in it, a line of code.
      log: (line) => connection.console.log(withoutSecrets(line)),
      warn: (line) => connection.console.warn(withoutSecrets(line)),
      error: (line) => connection.console.error(withoutSecrets(line)),
      debug: (line) => connection.console.debug(withoutSecrets(line)),
    },
    (uri) => (trust.covers(uri) ? documents.get(uri)?.getText() : undefined),
    (uri) => notebooks.above(uri),
  );
  /** null from a client without settings, and from one that says it has them and refuses. */
  const pulled = async (scopeUri?: string): Promise<unknown> => {
    if (!client.configuration) return null;
    try {
      return await connection.workspace.getConfiguration(scopeUri === undefined ? { section } : { scopeUri, section });
    } catch (error) {
      connection.console.warn(`The client does not tell its settings: ${withoutSecrets(messageOf(error))}`);
      return null;
    }
  };
  const given = process.env[SETTINGS_VARIABLE];
  if (given !== undefined) {
    // Kept from the engine and the runs, which are told what they need.
    delete process.env[SETTINGS_VARIABLE];
    server.setSettings(parsedOrNull(given));
    server.load();
  }
  let opened: readonly WorkspaceFolder[] = [];
  /** Only the handshake tells whether there are any. */
  let areFoldersKnown = false;
  const setFolders = (folders: readonly WorkspaceFolder[]): void => {
    const same = (one: WorkspaceFolder, i: number): boolean =>
      one.uri === opened[i]?.uri && one.name === opened[i]?.name;
    if (areFoldersKnown && folders.length === opened.length && folders.every(same)) return;
    areFoldersKnown = true;
    opened = folders;
    server.setFolders(trust.of(folders));
  };
  let chosen: string | null = null;
  // A chosen folder that has disappeared or is not trusted is no reason to refuse the handshake.
  const choose = (): void => {
    if (chosen !== null) void server.chooseFolder(chosen).catch(() => {});
  };
  let client = {
    inline: false,
    configuration: false,
    folders: false,
    dynamicConfiguration: false,
    snippetsReplace: true,
  };

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const { workspace, textDocument, notebookDocument } = params.capabilities;
    client = {
      inline: textDocument?.inlineCompletion !== undefined,
      configuration: workspace?.configuration === true,
      folders: workspace?.workspaceFolders === true,
      dynamicConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
      // Neovim's `vim.lsp.inline_completion` expands a snippet where the cursor is, and leaves the range as it was.
      snippetsReplace: params.clientInfo?.name !== 'Neovim',
    };
    trust.readOptions(params.initializationOptions);
    const root = params.rootUri ?? null;
    setFolders(params.workspaceFolders ?? (root === null ? [] : [{ uri: root, name: basename(root) }]));
    chosen = chosenAtStart(params.initializationOptions);
    choose();
    const settings = sectionOf(params.initializationOptions);
    server.setSettings(settings);
    // Clients that send their settings with the handshake get their model loaded while it is still going on.
    if (settings !== undefined && settings !== null && trust.any) server.load();
    return {
      serverInfo: { name: 'repotune' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
        ...(notebookDocument === undefined ? {} : { notebookDocumentSync: notebookSync }),
        executeCommandProvider: { commands: [ServerCommands.accepted, ServerCommands.acceptedEdit, TRUST_FOLDER] },
        experimental: { [NEXT_EDIT_CAPABILITY]: true },
        ...(client.inline
          ? { inlineCompletionProvider: true }
          : { completionProvider: { triggerCharacters: ['.', '(', '=', ' ', ',', ':', '{', '[', '"', "'"] } }),
        ...(client.folders ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } } : {}),
      },
    };
  });

  /** A client that has no such section answers null: what it gave at the handshake, or sends now, holds. */
  const pullSettings = async (sent?: unknown): Promise<void> => {
    const settings = (await pulled()) ?? sectionOf(sent) ?? null;
    if (settings !== null) server.setSettings(settings);
  };
  connection.onInitialized(async () => {
    for (const now of early ?? []) now();
    early = null;
    // Before anything is awaited: folders opened during the handshake are announced right after it.
    if (client.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
        const gone = new Set([...removed, ...added].map(({ uri }) => uri));
        // At once, since the client may choose one of them next; their order has to be requested.
        setFolders([...opened.filter(({ uri }) => !gone.has(uri)), ...added]);
        setFolders((await connection.workspace.getWorkspaceFolders()) ?? []);
      });
    }
    if (client.dynamicConfiguration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section });
    }
    await pullSettings();
    if (trust.any) server.start();
    else {
      const params = { type: MessageType.Warning, message: HOW_TO_TRUST };
      await connection.sendNotification(ShowMessageNotification.method, params);
    }
  });
  connection.onDidChangeConfiguration(({ settings }) => pullSettings(settings));

  const completions = new InlineCompletions(
    server,
    (uri) => documents.get(uri),
    () => client.snippetsReplace,
  );
  connection.languages.inlineCompletion.on(async ({ textDocument, position, context }, token) => {
    if (!trust.covers(textDocument.uri)) return { items: [] };
    const invoked = context.triggerKind === InlineCompletionTriggerKind.Invoked;
    const asked = { uri: textDocument.uri, position, invoked, selected: context.selectedCompletionInfo };
    return { items: await completions.inline(asked, abortSignal(token)) };
  });
  connection.onCompletion(async ({ textDocument, position }, token) => {
    if (client.inline || !trust.covers(textDocument.uri)) return null;
    // Such clients ask at every keystroke and call that invoked; none of them cycles through candidates.
    const asked = { uri: textDocument.uri, position, invoked: false };
    return { isIncomplete: true, items: await completions.list(asked, abortSignal(token)) };
  });
  const tellOpened = (document: TextDocument): void => {
    if (trust.covers(document.uri)) server.opened(document.uri, document.languageId, document.getText());
  };
  connection.onExecuteCommand(({ command, arguments: given }) => {
    // Some clients send null instead of no arguments.
    const [id] = given ?? [];
    if (command === ServerCommands.accepted && typeof id === 'string') server.accepted(id);
    if (command === ServerCommands.acceptedEdit && typeof id === 'string') server.nextEdits.accepted(id);
    if (command !== TRUST_FOLDER) return;
    const unknown = documents.all().filter(({ uri }) => !trust.covers(uri));
    if (!trust.grant(id, opened)) return;
    server.setFolders(trust.of(opened));
    choose();
    server.start();
    // Documents that were already open count as opened now.
    for (const document of unknown) tellOpened(document);
  });

  const known = {
    document: (uri: string) => documents.get(uri),
    trusted: (uri: string) => trust.covers(uri),
  };
  serveNextEdits(connection, { nextEdits: server.nextEdits, ...known });
  hearRestingCursor(connection, { server, ...known });
  serveRequests(connection, server.requests, (line) => connection.console.error(withoutSecrets(line)));

  connection.onShutdown(() => {
    completions.dispose();
    return server.dispose();
  });
  documents.onDidOpen(({ document }) => tellOpened(document));
  documents.onDidClose(({ document }) => {
    if (trust.covers(document.uri)) server.closed(document.uri, document.getText());
  });
  documents.listen(connection);
  notebooks.listen(connection);
  connection.listen();
}

/** Clients send either the section itself or an object containing it. */
function sectionOf(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  return 'repotune' in settings ? settings.repotune : settings;
}

function parsedOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
