import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { messageOf } from '../server/common/messageOf.ts';
import {
  type DownloadProgress,
  type EvaluateProgress,
  type Notice,
  type PrepareProgress,
  type RepotuneState,
  Requests,
  type RequestType,
  SETTINGS_VARIABLE,
  type ShareProgress,
  type StopParams,
} from '../server/protocol/index.ts';
import type { AdapterComparison, PanelState } from '../webview/messages.ts';
import type { ChosenFolder } from './chosenFolder.ts';
import { folderName, servingName } from './describe.ts';
import { type FolderHost, FolderSession } from './folderSession.ts';
import { isLost, LOST, NOT_STARTED } from './lostConnection.ts';
import { ServerProcess } from './serverProcess.ts';
import { settingsIn } from './settings.ts';
import { syncedSchemes } from './writtenSchemes.ts';

/**
 * Owns the language client and the last state the server sent. Starts and restarts are queued, never raced; in an untrusted folder the
 * server is not started at all, so nothing there is read, tuned or loaded.
 */
export class Session implements vscode.Disposable {
  #client: LanguageClient | null = null;
  #server: ServerProcess | null = null;
  /** Aborts the current or last start. */
  #starting: AbortController | null = null;
  #queue: Promise<void> = Promise.resolve();
  #panel: PanelState = vscode.workspace.isTrusted ? { kind: 'starting' } : { kind: 'untrusted' };
  readonly #changed = new vscode.EventEmitter<PanelState>();
  readonly #noticed = new vscode.EventEmitter<Notice>();
  readonly #extensionUri: vscode.Uri;
  readonly #storageUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly onChanged = this.#changed.event;
  readonly onNotice = this.#noticed.event;
  #connection: PromiseWithResolvers<LanguageClient | null> | null = null;
  readonly #downloaded = new vscode.EventEmitter<DownloadProgress>();
  readonly onDownload = this.#downloaded.event;
  readonly #prepared = new vscode.EventEmitter<PrepareProgress>();
  readonly onPrepare = this.#prepared.event;
  readonly #evaluated = new vscode.EventEmitter<EvaluateProgress>();
  readonly #shared = new vscode.EventEmitter<ShareProgress>();
  readonly #compared = new vscode.EventEmitter<AdapterComparison>();
  readonly onCompared = this.#compared.event;
  readonly #liveChanged = new vscode.EventEmitter<string | null>();
  /** A live comparison began or ended in this folder. */
  readonly onLiveComparison = this.#liveChanged.event;
  readonly #learningChanged = new vscode.EventEmitter<string | null>();
  /** Learning was paused in this folder, or something was forgotten. */
  readonly onLearning = this.#learningChanged.event;
  readonly #routesChanged = new vscode.EventEmitter<void>();
  /** Which adapter completes where was changed. */
  readonly onRoutes = this.#routesChanged.event;
  readonly #statisticsCleared = new vscode.EventEmitter<void>();
  readonly onStatisticsCleared = this.#statisticsCleared.event;
  /** The failure that the user was last told: each request starts a server that is not there, and may fail likewise. */
  #told = '';
  readonly #folder: Pick<ChosenFolder, 'path'>;
  readonly #host: FolderHost = {
    request: (type, params, token) => this.request(type, params, token),
    show: (state) => this.#show({ kind: 'live', state }),
    onEvaluated: this.#evaluated.event,
    onShared: this.#shared.event,
    compared: (comparison) => this.#compared.fire(comparison),
    liveComparisonChanged: (folder) => this.#liveChanged.fire(folder),
    learningChanged: (folder) => this.#learningChanged.fire(folder),
    routesChanged: () => this.#routesChanged.fire(),
  };

  /** `storageUri`: our folder that outlives the window. */
  constructor(
    extensionUri: vscode.Uri,
    storageUri: vscode.Uri,
    folder: Pick<ChosenFolder, 'path'>,
    log: vscode.LogOutputChannel,
  ) {
    this.#folder = folder;
    this.#extensionUri = extensionUri;
    this.#storageUri = storageUri;
    this.#log = log;
  }

  get panel(): PanelState {
    return this.#panel;
  }

  /** The last state the server sent; null if none. */
  get state(): RepotuneState | null {
    return this.#panel.kind === 'live' ? this.#panel.state : null;
  }

  start(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#client || !vscode.workspace.isTrusted) return;
      const starting = new AbortController();
      this.#starting = starting;
      const ended = new Promise<void>((resolve) => starting.signal.addEventListener('abort', () => resolve()));
      await Promise.race([this.#begin(starting.signal), ended]);
    });
  }

  /** `signal`: the start is no longer wanted, whatever its outcome. */
  async #begin(signal: AbortSignal): Promise<void> {
    this.#show({ kind: 'starting' });
    this.#connection = Promise.withResolvers();
    this.#log.info('Starting the server.');
    const server = this.#startServer();
    // Imported here rather than at the top: activation must not wait for half a megabyte of client library.
    const { createClient } = await import('./client.ts');
    if (signal.aborted) return;
    const client: LanguageClient = createClient(this.#log, {
      schemes: syncedSchemes,
      server,
      settings: () => settingsIn(),
      folder: () => this.#folder.path,
      isWanted: () => this.#client === client,
      onGivenUp: (message) => {
        this.#client = null;
        this.#disconnected();
        this.#show({ kind: 'failed', message });
      },
      listeners: {
        stateChanged: (state) => this.#show({ kind: 'live', state }),
        notice: (notice) => this.#noticed.fire(notice),
        downloadProgress: (progress) => this.#downloaded.fire(progress),
        prepareProgress: (progress) => this.#prepared.fire(progress),
        evaluateProgress: (progress) => this.#evaluated.fire(progress),
        shareProgress: (progress) => this.#shared.fire(progress),
      },
    });
    this.#client = client;
    await client.start();
    if (signal.aborted) return;
    this.#connection.resolve(client);
    const state = await send(client, Requests.state, {});
    if (signal.aborted) return;
    this.#show({ kind: 'live', state });
    this.#told = '';
    this.#log.info(`Server ready. Completions come from ${servingName(state)}.`);
  }

  /** Releases whoever waits for a connection. */
  #disconnected(): void {
    this.#connection?.resolve(null);
    this.#connection = null;
  }

  /** The client, once the starting server is ready; null if there is none, or it failed to start. */
  async connection(): Promise<LanguageClient | null> {
    return (await this.#connection?.promise) ?? null;
  }

  async restart(): Promise<void> {
    this.#told = '';
    await this.#stop();
    return this.start();
  }

  /** Aborts the start first: the queue must not wait for one that never ends. */
  #stop(): Promise<void> {
    this.#starting?.abort();
    return this.#enqueue(() => this.#end());
  }

  /** Forked at once: the server loads its code while we still load ours. */
  #startServer(): ServerProcess {
    const inFolder = (uri: vscode.Uri, ...names: string[]): string => vscode.Uri.joinPath(uri, ...names).fsPath;
    const env = () => ({
      // Where Node caches the compiled code of the server and the engine between starts.
      NODE_COMPILE_CACHE: inFolder(this.#storageUri, 'compiled'),
      // The settings go with the start too: the model loads while the handshake still waits for its turn in this process.
      [SETTINGS_VARIABLE]: JSON.stringify(settingsIn()),
    });
    const server = new ServerProcess({ module: inFolder(this.#extensionUri, 'dist', 'server.mjs'), env });
    server.start();
    this.#server = server;
    return server;
  }

  async #end(): Promise<void> {
    const client = this.#client;
    const server = this.#server;
    this.#client = null;
    this.#server = null;
    this.#disconnected();
    // A client that is starting, or failed to, rejects with "cannot be stopped", but is disposed and never restarts. Its server cannot be
    // told to end.
    await client?.dispose().catch(() => server?.kill());
    server?.end();
  }

  /** The session of the named folder, else of the one this window works on. */
  here(named?: unknown): FolderSession {
    const path = typeof named === 'string' ? named : this.#folder.path;
    return new FolderSession(this.#host, path, path === null ? null : folderName(this.state, path));
  }

  /** Tells the server which folder this window works on; a starting server learns it in the handshake. */
  async chooseFolder(): Promise<void> {
    const { path } = this.#folder;
    if (this.#client === null || path === null) return;
    try {
      await this.#change(Requests.chooseFolder, { folder: path });
    } catch (error) {
      // Only logged: the user asked for nothing, and the panel says which folder it shows.
      this.#log.warn(`choosing ${path}: ${messageOf(error)}`);
    }
  }

  pause(paused: boolean, run: StopParams): Promise<void> {
    return this.#change(Requests.pause, { ...run, paused });
  }

  /** A request to the server as a whole; those about one folder go through {@link here}. */
  async request<Params, Result>(
    type: RequestType<Params, Result>,
    params: NoInfer<Params>,
    token?: vscode.CancellationToken,
  ): Promise<Result> {
    if (!vscode.workspace.isTrusted)
      throw new Error('Repotune is off in this folder until you trust it: run "Workspaces: Manage Workspace Trust".');
    await this.start();
    if (!this.#client) throw new Error('The Repotune server is not running. Run "Repotune: Restart Server".');
    try {
      return await send(this.#client, type, params, token);
    } catch (error) {
      // The caller knows that it cancelled; the server's wording of it is of no use.
      if (token?.isCancellationRequested) throw new vscode.CancellationError();
      throw isLost(error) ? new Error(LOST, { cause: error }) : error;
    }
  }

  /** Answers with a sentence. */
  async clearStatistics(): Promise<string> {
    const cleared = await this.request(Requests.clearStatistics, {});
    this.#statisticsCleared.fire();
    return cleared;
  }

  refresh(): Promise<void> {
    return this.#change(Requests.state, {});
  }

  dispose(): void {
    void this.#stop();
    this.#changed.dispose();
    this.#noticed.dispose();
    this.#downloaded.dispose();
    this.#prepared.dispose();
    this.#evaluated.dispose();
    this.#shared.dispose();
    this.#compared.dispose();
    this.#liveChanged.dispose();
    this.#learningChanged.dispose();
    this.#routesChanged.dispose();
    this.#statisticsCleared.dispose();
  }

  async #change<Params>(type: RequestType<Params, RepotuneState>, params: NoInfer<Params>): Promise<void> {
    this.#show({ kind: 'live', state: await this.request(type, params) });
  }

  #show(panel: PanelState): void {
    this.#panel = panel;
    this.#changed.fire(panel);
  }

  /** A failing step leaves its reason in the panel and the log, and the next step still runs. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step).catch(async (error: unknown) => {
      const message = isLost(error) ? NOT_STARTED : messageOf(error);
      this.#log.error(message);
      this.#show({ kind: 'failed', message });
      await this.#end();
      if (message === this.#told) return;
      this.#told = message;
      const action = { title: 'Show Log', command: 'repotune.showLog' };
      this.#noticed.fire({ severity: 'error', message, inPanel: true, action });
    });
    return this.#queue;
  }
}

/** The one place that sends a message, typed by the protocol. */
function send<Params, Result>(
  client: LanguageClient,
  type: RequestType<Params, Result>,
  params: NoInfer<Params>,
  token?: vscode.CancellationToken,
): Promise<Result> {
  // An undefined token must not be passed on: the client would send it as a second parameter.
  return token ? client.sendRequest<Result>(type, params, token) : client.sendRequest<Result>(type, params);
}
