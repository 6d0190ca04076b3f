import type * as vscode from 'vscode';
import {
  type AdapterSummary,
  type ClusterOffer,
  type ClusterOfferParams,
  type ClusterSubmitParams,
  type EvaluateAnswer,
  type EvaluateProgress,
  type FolderRoutes,
  type InFolder,
  type LearningRecord,
  type LineageEntry,
  type LiveComparisonAnswer,
  type OfShared,
  type OfSubmission,
  type RepotuneState,
  Requests,
  type RequestType,
  type RouteParams,
  type RoutePlace,
  type SharedAdapters,
  type ShareOffer,
  type ShareOfferParams,
  type ShareParams,
  type ShareProgress,
  type SharePullParams,
  type TuneAnswer,
  type TuneParams,
  type TunePreview,
  type UseParams,
} from '../server/protocol/index.ts';
import type { Report } from '../server/protocol/report.ts';
import type { AdapterComparison } from '../webview/messages.ts';

type Unplaced<Params extends InFolder> = Omit<Params, 'folder'>;

export interface FolderHost {
  request<Params, Result>(
    type: RequestType<Params, Result>,
    params: NoInfer<Params>,
    token?: vscode.CancellationToken,
  ): Promise<Result>;
  show(state: RepotuneState): void;
  readonly onEvaluated: vscode.Event<EvaluateProgress>;
  readonly onShared: vscode.Event<ShareProgress>;
  compared(comparison: AdapterComparison): void;
  liveComparisonChanged(folder: string | null): void;
  learningChanged(folder: string | null): void;
  routesChanged(): void;
}

/** Requests about one folder. A command keeps it until it ends, so that what it began in one folder does not end in another. */
export class FolderSession {
  readonly #host: FolderHost;
  /** null in a window without folders. */
  readonly path: string | null;
  /** null if the window has only one folder: then there is nothing to tell apart. */
  readonly name: string | null;

  constructor(host: FolderHost, path: string | null, name: string | null) {
    this.#host = host;
    this.path = path;
    this.name = name;
  }

  /** For questions and titles: ` in app`, or nothing in a window with one folder. */
  get inName(): string {
    return this.name === null ? '' : ` in ${this.name}`;
  }

  /** @throws with advice on what to do if there is no adapter. */
  async someAdapters(): Promise<readonly AdapterSummary[]> {
    const adapters = await this.adapters();
    if (adapters.length > 0) return adapters;
    const repository = this.name ?? 'This repository';
    throw new Error(`${repository} has no adapter yet. Run "Repotune: Tune on This Repository" first.`);
  }

  adapters(): Promise<readonly AdapterSummary[]> {
    return this.#ask(Requests.adapters, {});
  }

  tune(params: Unplaced<TuneParams>): Promise<TuneAnswer> {
    return this.#ask(Requests.tune, params);
  }

  continueRun(runId: string): Promise<TuneAnswer> {
    return this.#ask(Requests.continueRun, { runId });
  }

  discardRun(runId: string): Promise<void> {
    return this.#change(Requests.discardRun, { runId });
  }

  clusterOffer(params: Unplaced<ClusterOfferParams>, token: vscode.CancellationToken): Promise<ClusterOffer> {
    return this.#ask(Requests.clusterOffer, params, token);
  }

  clusterDecline(params: Unplaced<OfSubmission>): Promise<boolean> {
    return this.#ask(Requests.clusterDecline, params);
  }

  clusterSubmit(params: Unplaced<ClusterSubmitParams>): Promise<TuneAnswer> {
    return this.#ask(Requests.clusterSubmit, params);
  }

  use(params: Unplaced<UseParams>): Promise<void> {
    return this.#change(Requests.use, params);
  }

  rollBack(): Promise<void> {
    return this.#change(Requests.rollBack, {});
  }

  removeAdapter(adapterId: string): Promise<void> {
    return this.#change(Requests.removeAdapter, { adapterId });
  }

  renameAdapter(adapterId: string, name: string): Promise<void> {
    return this.#change(Requests.renameAdapter, { adapterId, name });
  }

  preview(): Promise<TunePreview> {
    return this.#ask(Requests.preview, {});
  }

  /** A version's measurements. */
  report(adapterId: string): Promise<Report> {
    return this.#ask(Requests.report, { adapterId });
  }

  lineage(adapterId: string): Promise<readonly LineageEntry[]> {
    return this.#ask(Requests.lineage, { adapterId });
  }

  doctor(token: vscode.CancellationToken): Promise<string> {
    return this.#ask(Requests.doctor, {}, token);
  }

  shareList(params: ShareParams, token?: vscode.CancellationToken): Promise<SharedAdapters> {
    return this.#host.request(Requests.shareList, params, token);
  }

  async sharePublish(
    params: OfShared,
    onMessage: (message: string) => void,
    token: vscode.CancellationToken,
  ): Promise<string> {
    const asking = (): Promise<string> => this.#host.request(Requests.sharePublish, params, token);
    return await this.#hearing(this.#host.onShared, params.id, onMessage, asking);
  }

  shareOffer(params: ShareOfferParams, token: vscode.CancellationToken): Promise<ShareOffer> {
    return this.#host.request(Requests.shareOffer, params, token);
  }

  sharePull(params: SharePullParams, token: vscode.CancellationToken): Promise<string> {
    return this.#host.request(Requests.sharePull, params, token);
  }

  /** Measures a version on this clone's held-out files. */
  async evaluate(
    params: { readonly adapterId: string; readonly activate: boolean },
    onMessage: (message: string) => void,
    token: vscode.CancellationToken,
  ): Promise<EvaluateAnswer> {
    return await this.#hearing(this.#host.onEvaluated, params.adapterId, onMessage, () =>
      this.#ask(Requests.evaluate, params, token),
    );
  }

  /** Passes on the server's progress in measuring or sharing an adapter while `asking` runs. */
  async #hearing<Answer>(
    event: vscode.Event<EvaluateProgress | ShareProgress>,
    id: string,
    onMessage: (message: string) => void,
    asking: () => Promise<Answer>,
  ): Promise<Answer> {
    const heard = event(({ adapterId, message }) => {
      if (adapterId === id) onMessage(message);
    });
    try {
      return await asking();
    } finally {
      heard.dispose();
    }
  }

  /** Answers with a sentence. */
  exportAdapter(
    params: { readonly adapterId: string; readonly target: string; readonly merged: boolean },
    token: vscode.CancellationToken,
  ): Promise<string> {
    return this.#ask(Requests.exportAdapter, params, token);
  }

  /** `source`: a GGUF file or a PEFT folder. Answers with a sentence. */
  importAdapter(
    params: { readonly source: string; readonly name: string },
    token: vscode.CancellationToken,
  ): Promise<string> {
    return this.#ask(Requests.importAdapter, params, token);
  }

  /** Answers whether they were compared: a stopped comparison ends silently. */
  async compareAdapters(
    first: AdapterSummary,
    second: AdapterSummary,
    onMessage: (message: string) => void,
    token: vscode.CancellationToken,
  ): Promise<boolean> {
    const params = { first: first.id, second: second.id };
    const asking = this.#hearing(this.#host.onEvaluated, first.id, onMessage, () =>
      this.#ask(Requests.compareAdapters, params, token),
    );
    const report = await asking.catch((error: unknown) => {
      if (token.isCancellationRequested) return null;
      throw error;
    });
    if (report === null || token.isCancellationRequested) return false;
    this.#host.compared({ folder: this.path, first: first.name, second: second.name, report });
    return true;
  }

  routes(): Promise<FolderRoutes> {
    return this.#ask(Requests.routes, {});
  }

  async setRoute(route: RouteParams): Promise<void> {
    await this.#ask(Requests.setRoute, route);
    this.#host.routesChanged();
  }

  async removeRoute(place: RoutePlace): Promise<void> {
    await this.#ask(Requests.removeRoute, place);
    this.#host.routesChanged();
  }

  liveComparison(): Promise<LiveComparisonAnswer> {
    return this.#ask(Requests.liveComparison, {});
  }

  /** `rival`: an adapter's id, null for the base; `share` of the documents it completes. */
  async startLiveComparison(rival: string | null, share: number): Promise<void> {
    await this.#ask(Requests.startLiveComparison, { rival, share });
    this.#host.liveComparisonChanged(this.path);
  }

  async stopLiveComparison(): Promise<void> {
    await this.#ask(Requests.stopLiveComparison, {});
    this.#host.liveComparisonChanged(this.path);
  }

  learning(): Promise<LearningRecord> {
    return this.#ask(Requests.learning, {});
  }

  /** Pauses learning, or forgets something. */
  async changeLearning<Params extends object>(
    type: RequestType<Params & InFolder, LearningRecord>,
    params: NoInfer<Params>,
  ): Promise<void> {
    await this.#ask(type, params);
    this.#host.learningChanged(this.path);
  }

  #ask<Params extends object, Result>(
    type: RequestType<Params & InFolder, Result>,
    params: NoInfer<Params>,
    token?: vscode.CancellationToken,
  ): Promise<Result> {
    const folder: InFolder = this.path === null ? {} : { folder: this.path };
    return this.#host.request(type, { ...params, ...folder }, token);
  }

  async #change<Params extends object>(
    type: RequestType<Params & InFolder, RepotuneState>,
    params: NoInfer<Params>,
  ): Promise<void> {
    this.#host.show(await this.#ask(type, params));
  }
}
