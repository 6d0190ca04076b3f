/** A plain LSP client over stdio, like that of any editor. For tests and checks. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type CancellationToken,
  type CompletionItem,
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type Disposable,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type InlineCompletionItem,
  InlineCompletionRequest,
  type Position,
  type ProtocolConnection,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceFolder,
  WorkspaceFoldersRequest,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Notice, Notifications, type RepotuneState, Requests } from '../protocol/index.ts';
import { SERVER_NODE_FLAGS } from '../protocol/nodeFlags.ts';
import { scriptPath } from '../storage/paths.ts';

/** A module with a statement about to be written. */
export const pointSource = `export interface Point {
  x: number;
  y: number;
}

export function distance(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}

export function add(a: Point, b: Point): Point {
  return {
}
`;
/** Offset right after that statement's keyword. */
export const pointCursor = pointSource.indexOf('return {') + 'return '.length;

// Test and server count as one machine if they share a data folder, whose key tells which adapters were made here.
process.env['REPOTUNE_DATA'] ??= mkdtempSync(join(tmpdir(), 'repotune-data-'));

export interface ClientOptions {
  readonly folders?: readonly string[];
  /** The folder that the client has already chosen, one of `folders`. */
  readonly chosen?: string;
  readonly settings?: object;
  /** Whether the client says at the handshake that it trusts its folders; it does when absent. */
  readonly trusted?: boolean;
  /** A client that answers requests for its settings: those of a folder, or of the window. */
  readonly settingsIn?: (folder: string | null) => object | null;
  /** Whether the client knows textDocument/inlineCompletion. */
  readonly inline?: boolean;
  /** Whether the client synchronizes notebooks. */
  readonly notebooks?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export class TestClient {
  readonly notices: Notice[] = [];
  readonly states: RepotuneState[] = [];
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly #documents = new Map<string, TextDocument>();
  readonly #log: string[];
  #folders: readonly WorkspaceFolder[];

  private constructor(
    process: ChildProcess,
    connection: ProtocolConnection,
    initialized: InitializeResult,
    log: string[],
    folders: readonly WorkspaceFolder[],
  ) {
    this.process = process;
    this.connection = connection;
    this.initialized = initialized;
    this.#log = log;
    this.#folders = folders;
    connection.onRequest(WorkspaceFoldersRequest.type, () => [...this.#folders]);
    connection.onNotification(Notifications.notice, (notice: Notice) => {
      this.notices.push(notice);
    });
    connection.onNotification(Notifications.stateChanged, (state: RepotuneState) => {
      this.states.push(state);
    });
  }

  static async start({
    folders = [],
    chosen,
    settings = {},
    trusted = true,
    settingsIn,
    inline = true,
    notebooks = false,
    env = {},
  }: ClientOptions = {}): Promise<TestClient> {
    const child = spawn(process.execPath, [...SERVER_NODE_FLAGS, scriptPath('server'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Tests must not end up in anybody's statistics.
      env: { ...process.env, ...env },
    });
    const log: string[] = [];
    child.stderr.on('data', (data: Buffer) => log.push(data.toString()));
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ scopeUri }) => settingsIn?.(scopeUri === undefined ? null : fileURLToPath(scopeUri))),
    );
    const workspaceFolders = folders.map(folderOf);
    const initialized = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: inline ? { inlineCompletion: {} } : {},
        workspace: { workspaceFolders: true, configuration: settingsIn !== undefined },
        ...(notebooks ? { notebookDocument: { synchronization: {} } } : {}),
      },
      initializationOptions: {
        ...settings,
        ...(trusted ? { trusted } : {}),
        ...(chosen === undefined ? {} : { folder: chosen }),
      },
      workspaceFolders: [...workspaceFolders],
    });
    const client = new TestClient(child, connection, initialized, log, workspaceFolders);
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  /** What the server wrote to stderr. */
  get log(): string {
    return this.#log.join('');
  }

  async open(uri: string, languageId: string, text: string): Promise<void> {
    this.#documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async close(uri: string): Promise<void> {
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  document(uri: string): TextDocument {
    return this.#documents.get(uri)!;
  }

  /** Replaces `length` UTF-16 units at `offset`. */
  edit(uri: string, offset: number, length: number, text: string): Promise<void> {
    return this.editAll(uri, [offset], length, text);
  }

  /** In one event, from the end of the document to its start. */
  async editAll(uri: string, offsets: readonly number[], length: number, text: string): Promise<void> {
    const document = this.document(uri);
    const contentChanges = offsets.toReversed().map((offset) => {
      return { range: { start: document.positionAt(offset), end: document.positionAt(offset + length) }, text };
    });
    const version = document.version + 1;
    this.#documents.set(uri, TextDocument.update(document, contentChanges, version));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async inline(
    uri: string,
    offset: number,
    options: { invoked?: boolean; signal?: AbortSignal } = {},
  ): Promise<InlineCompletionItem[]> {
    const position = this.document(uri).positionAt(offset);
    return await this.inlineAt(uri, position, options);
  }

  async inlineAt(
    uri: string,
    position: Position,
    { invoked = true, signal }: { invoked?: boolean; signal?: AbortSignal } = {},
  ): Promise<InlineCompletionItem[]> {
    const cancellation = tokenOf(signal ?? new AbortController().signal);
    const answer = await this.connection.sendRequest(
      InlineCompletionRequest.type,
      { textDocument: { uri }, position, context: { triggerKind: invoked ? 1 : 2 } },
      cancellation,
    );
    return answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
  }

  async completions(uri: string, offset: number): Promise<CompletionItem[]> {
    const answer = await this.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position: this.document(uri).positionAt(offset),
      context: { triggerKind: 1 },
    });
    return answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
  }

  async settings(settings: unknown): Promise<void> {
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { repotune: settings },
    });
  }

  async setFolders(paths: readonly string[]): Promise<void> {
    const removed = [...this.#folders];
    this.#folders = paths.map(folderOf);
    await this.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [...this.#folders], removed },
    });
  }

  async state(): Promise<RepotuneState> {
    return await this.connection.sendRequest(Requests.state, {});
  }

  /** Resolves with the server's exit code. */
  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await exited;
    this.connection.dispose();
    return code;
  }
}

export function uriOf(path: string): string {
  return new URL(`file://${path.split('/').map(encodeURIComponent).join('/')}`).href;
}

function folderOf(path: string): WorkspaceFolder {
  return { uri: uriOf(path), name: basename(path) };
}

/** Process ids of the children of `pid`. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 60_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function tokenOf(signal: AbortSignal): CancellationToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested(listener: (event: unknown) => void): Disposable {
      const aborted = (): void => listener(undefined);
      signal.addEventListener('abort', aborted);
      return { dispose: () => signal.removeEventListener('abort', aborted) };
    },
  };
}
