import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Report } from '../server/evaluation/report.ts';
import {
  type AdapterSummary,
  type BackendOffer,
  ClientNotifications,
  type CompletionStatistics,
  type DownloadParams,
  type DownloadProgress,
  type EvaluateAnswer,
  type EvaluateProgress,
  type LineageEntry,
  type LiveComparisonAnswer,
  type ModelAnswer,
  type ModelChoices,
  type Notice,
  Notifications,
  type RepotuneState,
  Requests,
  type RouteParams,
  type RoutesAnswer,
  SETTINGS_VARIABLE,
  type SharedAdapters,
  type ShareOffer,
  type ShareParams,
  type TuneAnswer,
  type TuneParams,
  type TunePreview,
  type UseParams,
  type WillAskParams,
} from '../server/protocol.ts';
import type { AdapterComparison, PanelState } from '../webview/messages.ts';
import { servingName } from './describe.ts';
import { inlineCompletionMiddleware, writtenSchemes } from './inlineCompletion.ts';
import { ServerProcess } from './serverProcess.ts';

/**
 * Owns the language client and the last state the server sent. Starts and restarts are queued, never raced; in a folder
 * that is not trusted the server is not started at all, so nothing there is read, tuned or loaded.
 */
export class Session implements vscode.Disposable {
  #client: LanguageClient | null = null;
  #server: ServerProcess | null = null;
  #queue: Promise<void> = Promise.resolve();
  #panel: PanelState = vscode.workspace.isTrusted ? { kind: 'starting' } : { kind: 'untrusted' };
  readonly #changed = new vscode.EventEmitter<PanelState>();
  readonly #noticed = new vscode.EventEmitter<Notice>();
  readonly #extensionUri: vscode.Uri;
  readonly #storageUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly onChanged = this.#changed.event;
  readonly onNotice = this.#noticed.event;
  readonly #connected = new vscode.EventEmitter<void>();
  /** The handshake is over: suggestions can be asked for. */
  readonly onConnected = this.#connected.event;
  readonly #downloaded = new vscode.EventEmitter<DownloadProgress>();
  readonly onDownload = this.#downloaded.event;
  readonly #evaluated = new vscode.EventEmitter<EvaluateProgress>();
  readonly #compared = new vscode.EventEmitter<AdapterComparison>();
  readonly onCompared = this.#compared.event;
  readonly #liveChanged = new vscode.EventEmitter<void>();
  readonly onLiveComparison = this.#liveChanged.event;

  /** `storageUri`: a folder of ours that outlives the window. */
  constructor(extensionUri: vscode.Uri, storageUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#storageUri = storageUri;
    this.#log = log;
  }

  get panel(): PanelState {
    return this.#panel;
  }

  /** The server's last word, or null while there is none. */
  get state(): RepotuneState | null {
    return this.#panel.kind === 'live' ? this.#panel.state : null;
  }

  start(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#client || !vscode.workspace.isTrusted) return;
      this.#show({ kind: 'starting' });
      this.#log.info('Starting the server.');
      const server = this.#startServer();
      // The client library is loaded here and not at the top: activation must not wait for half a megabyte of it.
      const { createClient } = await import('./client.ts');
      const client: LanguageClient = createClient(this.#log, {
        schemes: writtenSchemes,
        middleware: inlineCompletionMiddleware,
        server,
        settings: currentSettings,
        isWanted: () => this.#client === client,
        onGivenUp: (message) => {
          this.#client = null;
          this.#show({ kind: 'failed', message });
        },
      });
      this.#client = client;
      client.onNotification(Notifications.stateChanged, (state: RepotuneState) => this.#show({ kind: 'live', state }));
      client.onNotification(Notifications.notice, (notice: Notice) => this.#noticed.fire(notice));
      client.onNotification(Notifications.downloadProgress, (progress: DownloadProgress) =>
        this.#downloaded.fire(progress),
      );
      client.onNotification(Notifications.evaluateProgress, (progress: EvaluateProgress) =>
        this.#evaluated.fire(progress),
      );
      await client.start();
      this.#connected.fire();
      const state = await client.sendRequest<RepotuneState>(Requests.state, {});
      this.#show({ kind: 'live', state });
      this.#log.info(`Server ready. Completions come from ${servingName(state)}.`);
    });
  }

  async restart(): Promise<void> {
    await this.#enqueue(() => this.#end());
    return this.start();
  }

  /** Forked at once: the server loads its code while we still load ours. */
  #startServer(): ServerProcess {
    const inFolder = (uri: vscode.Uri, ...names: string[]): string => vscode.Uri.joinPath(uri, ...names).fsPath;
    const env = () => ({
      // Where Node keeps compiled code of the server and the engine from one start to the next.
      NODE_COMPILE_CACHE: inFolder(this.#storageUri, 'compiled'),
      // The settings go with the start too: the model loads while the handshake still waits for its turn in this process.
      [SETTINGS_VARIABLE]: JSON.stringify(currentSettings()),
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
    // One that is starting, or failed to, says that it cannot be stopped; disposed it is all the same, and never starts again.
    await client?.dispose().catch(() => {});
    server?.end();
  }

  /** The server may begin; nothing is lost where it does not hear of it. */
  async willAsk(params: WillAskParams): Promise<void> {
    await this.#client?.sendNotification(ClientNotifications.willAsk, params).catch(() => {});
  }

  tune(params: TuneParams): Promise<TuneAnswer> {
    return this.#request(Requests.tune, params);
  }

  async pause(paused: boolean): Promise<void> {
    this.#show({ kind: 'live', state: await this.#request<RepotuneState>(Requests.pause, { paused }) });
  }

  async rollBack(): Promise<void> {
    this.#show({ kind: 'live', state: await this.#request<RepotuneState>(Requests.rollBack, {}) });
  }

  async removeAdapter(adapterId: string): Promise<void> {
    this.#show({ kind: 'live', state: await this.#request<RepotuneState>(Requests.removeAdapter, { adapterId }) });
  }

  preview(): Promise<TunePreview> {
    return this.#request(Requests.preview, {});
  }

  /** The measurements of the last result's version. */
  report(): Promise<Report> {
    const adapterId = this.state?.lastResult?.adapterId;
    if (adapterId === undefined) throw new Error('There is no result yet.');
    return this.#request(Requests.report, { adapterId });
  }

  statistics(): Promise<CompletionStatistics> {
    return this.#request(Requests.statistics, {});
  }

  models(): Promise<ModelChoices> {
    return this.#request(Requests.models, {});
  }

  /** A base model or a GPU backend. */
  download(params: DownloadParams, token: vscode.CancellationToken): Promise<ModelAnswer> {
    return this.#request('id' in params ? Requests.getModel : Requests.getBackend, params, token);
  }

  backendOffer(backend: string): Promise<BackendOffer> {
    return this.#request(Requests.backendOffer, { backend });
  }

  removeModel(id: string): Promise<ModelAnswer> {
    return this.#request(Requests.removeModel, { id });
  }

  doctor(token: vscode.CancellationToken): Promise<string> {
    return this.#request(Requests.doctor, {}, token);
  }

  shareList(params: ShareParams, token?: vscode.CancellationToken): Promise<SharedAdapters> {
    return this.#request(Requests.shareList, params, token);
  }

  sharePublish(params: ShareParams & { readonly id: string }, token: vscode.CancellationToken): Promise<string> {
    return this.#request(Requests.sharePublish, params, token);
  }

  shareOffer(params: ShareParams & { readonly id: string }, token: vscode.CancellationToken): Promise<ShareOffer> {
    return this.#request(Requests.shareOffer, params, token);
  }

  sharePull(
    params: ShareParams & { readonly id: string; readonly commit: string },
    token: vscode.CancellationToken,
  ): Promise<string> {
    return this.#request(Requests.sharePull, params, token);
  }

  /** Measures a version on this clone's held-out files. */
  async evaluate(
    params: { readonly adapterId: string; readonly activate: boolean },
    onMessage: (message: string) => void,
    token: vscode.CancellationToken,
  ): Promise<EvaluateAnswer> {
    const heard = this.#evaluated.event(({ adapterId, message }) => {
      if (adapterId === params.adapterId) onMessage(message);
    });
    try {
      return await this.#request<EvaluateAnswer>(Requests.evaluate, params, token);
    } finally {
      heard.dispose();
    }
  }

  async renameAdapter(adapterId: string, name: string): Promise<void> {
    this.#show({
      kind: 'live',
      state: await this.#request<RepotuneState>(Requests.renameAdapter, { adapterId, name }),
    });
  }

  lineage(adapterId: string): Promise<LineageEntry[]> {
    return this.#request(Requests.lineage, { adapterId });
  }

  /** Answers with a sentence. */
  exportAdapter(
    params: { readonly adapterId: string; readonly target: string; readonly merged: boolean },
    token: vscode.CancellationToken,
  ): Promise<string> {
    return this.#request(Requests.exportAdapter, params, token);
  }

  /** `source`: a GGUF file, or a folder as PEFT writes it. Answers with a sentence. */
  importAdapter(
    params: { readonly source: string; readonly name: string },
    token: vscode.CancellationToken,
  ): Promise<string> {
    return this.#request(Requests.importAdapter, params, token);
  }

  async compareAdapters(first: AdapterSummary, second: AdapterSummary, token: vscode.CancellationToken): Promise<void> {
    const report = await this.#request<Report>(Requests.compareAdapters, { first: first.id, second: second.id }, token);
    if (!token.isCancellationRequested) this.#compared.fire({ first: first.name, second: second.name, report });
  }

  routes(): Promise<RoutesAnswer> {
    return this.#request(Requests.routes, {});
  }

  setRoute(route: RouteParams): Promise<RoutesAnswer> {
    return this.#request(Requests.setRoute, route);
  }

  removeRoute(place: Pick<RouteParams, 'glob' | 'language'>): Promise<RoutesAnswer> {
    return this.#request(Requests.removeRoute, place);
  }

  liveComparison(): Promise<LiveComparisonAnswer> {
    return this.#request(Requests.liveComparison, {});
  }

  /** `rival`: an adapter's id, null for the base; `share` of the documents it completes. */
  async startLiveComparison(rival: string | null, share: number): Promise<void> {
    await this.#request(Requests.startLiveComparison, { rival, share });
    this.#liveChanged.fire();
  }

  async stopLiveComparison(): Promise<void> {
    await this.#request(Requests.stopLiveComparison, {});
    this.#liveChanged.fire();
  }

  stopTuning(): Promise<boolean> {
    return this.#request(Requests.stop, {});
  }

  async refresh(): Promise<void> {
    this.#show({ kind: 'live', state: await this.#request<RepotuneState>(Requests.state, {}) });
  }

  async use(params: UseParams): Promise<void> {
    this.#show({ kind: 'live', state: await this.#request<RepotuneState>(Requests.use, params) });
  }

  dispose(): void {
    void this.#enqueue(() => this.#end());
    this.#changed.dispose();
    this.#noticed.dispose();
    this.#connected.dispose();
    this.#downloaded.dispose();
    this.#evaluated.dispose();
    this.#compared.dispose();
    this.#liveChanged.dispose();
  }

  async #request<Answer>(method: string, params: object, token?: vscode.CancellationToken): Promise<Answer> {
    if (!vscode.workspace.isTrusted) throw new Error('Repotune is off in this folder until you trust it.');
    await this.start();
    if (!this.#client) throw new Error('The Repotune server is not running. Run "Repotune: Restart Server".');
    try {
      // An absent token must not be passed on: the client would send it as a second parameter.
      return await (token
        ? this.#client.sendRequest<Answer>(method, params, token)
        : this.#client.sendRequest<Answer>(method, params));
    } catch (error) {
      // Whoever cancelled knows: how the server says it is for nobody.
      if (token?.isCancellationRequested) throw new vscode.CancellationError();
      throw error;
    }
  }

  #show(panel: PanelState): void {
    this.#panel = panel;
    this.#changed.fire(panel);
  }

  /** A step that fails leaves a reason in the panel and the log, and the next step runs all the same. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step).catch(async (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#log.error(message);
      this.#show({ kind: 'failed', message });
      await this.#end();
    });
    return this.#queue;
  }
}

function currentSettings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('repotune');
}
