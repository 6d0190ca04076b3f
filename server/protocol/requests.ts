/**
 * Every custom message between the language server and its clients. Standard LSP covers the rest: `textDocument/inlineCompletion`,
 * settings, documents.
 */
import type {
  AdapterSummary,
  CompareParams,
  EvaluateAnswer,
  EvaluateParams,
  EvaluateProgress,
  ExportParams,
  FolderRoutes,
  ImportParams,
  LineageEntry,
  OfAdapter,
  RenameParams,
  RouteParams,
  RoutePlace,
  RoutesAnswer,
} from './adapters.ts';
import type { ClusterOffer, ClusterOfferParams, ClusterSubmitParams, OfSubmission } from './cluster.ts';
import type { DocumentAnswer, Explanation, OfDocument, OfPlace } from './document.ts';
import type { ChooseFolderParams, InFolder } from './folders.ts';
import type { ForgetRecordedParams, LearningRecord, OfLearnedFile, PauseLearningParams } from './learning.ts';
import type { LiveComparisonAnswer, StartLiveComparisonParams } from './liveComparison.ts';
import {
  type NoParams,
  type NotificationType,
  notification,
  type ParamsOf,
  type ResultOf,
  request,
} from './message.ts';
import type {
  BackendOffer,
  BaseOffer,
  BaseOfferParams,
  DownloadProgress,
  GetBackendParams,
  GetModelParams,
  HubFiles,
  HubFilesParams,
  ModelAnswer,
  ModelChoices,
  OfBackend,
  OfModel,
  PrepareAnswer,
  PrepareOffer,
  PrepareProgress,
} from './models.ts';
import type { TunePreview } from './preview.ts';
import type { Report } from './report.ts';
import type {
  OfShared,
  SharedAdapters,
  ShareOffer,
  ShareOfferParams,
  ShareParams,
  ShareProgress,
  SharePullParams,
} from './sharing.ts';
import type { Notice, RepotuneState, UseParams } from './state.ts';
import type { CompletionStatistics } from './statistics.ts';
import type { InterruptedParams, PauseParams, StopParams, TuneAnswer, TuneParams } from './tune.ts';

/** Client to server. */
export const Requests = {
  chooseFolder: request<ChooseFolderParams, RepotuneState>('repotune/chooseFolder'),
  state: request<NoParams, RepotuneState>('repotune/state'),
  document: request<OfDocument, DocumentAnswer>('repotune/document'),
  /** Why typing at a place shows nothing. */
  explain: request<OfPlace, Explanation>('repotune/explain'),
  statistics: request<NoParams, CompletionStatistics>('repotune/statistics'),
  /** Deletes the counts of all windows and the bias learned from them. Answered with a sentence. */
  clearStatistics: request<NoParams, string>('repotune/statistics/clear'),
  preview: request<InFolder, TunePreview>('repotune/preview'),
  tune: request<TuneParams, TuneAnswer>('repotune/tune'),
  /** Goes on with a run that was interrupted. */
  continueRun: request<InterruptedParams, TuneAnswer>('repotune/tune/continue'),
  /** Deletes what a run that was interrupted has learned so far. */
  discardRun: request<InterruptedParams, RepotuneState>('repotune/tune/discard'),
  /** Whether anything was running. */
  stop: request<StopParams, boolean>('repotune/stop'),
  pause: request<PauseParams, RepotuneState>('repotune/pause'),
  /** The report as text. */
  doctor: request<InFolder, string>('repotune/doctor'),

  adapters: request<InFolder, readonly AdapterSummary[]>('repotune/adapters'),
  use: request<UseParams, RepotuneState>('repotune/use'),
  /** Reactivates what served before. */
  rollBack: request<InFolder, RepotuneState>('repotune/rollBack'),
  report: request<OfAdapter, Report>('repotune/report'),
  /** Progress is reported by `evaluateProgress`. */
  evaluate: request<EvaluateParams, EvaluateAnswer>('repotune/evaluate'),
  renameAdapter: request<RenameParams, RepotuneState>('repotune/renameAdapter'),
  removeAdapter: request<OfAdapter, RepotuneState>('repotune/removeAdapter'),
  compareAdapters: request<CompareParams, Report>('repotune/compareAdapters'),
  /** The version first, then those it was continued from. */
  lineage: request<OfAdapter, readonly LineageEntry[]>('repotune/lineage'),
  /** Answered with a sentence. */
  exportAdapter: request<ExportParams, string>('repotune/exportAdapter'),
  /** Answered with a sentence; the adapter is stored, inactive. */
  importAdapter: request<ImportParams, string>('repotune/importAdapter'),
  routes: request<InFolder, FolderRoutes>('repotune/routes'),
  setRoute: request<RouteParams & InFolder, RoutesAnswer>('repotune/setRoute'),
  removeRoute: request<RoutePlace & InFolder, RoutesAnswer>('repotune/removeRoute'),
  liveComparison: request<InFolder, LiveComparisonAnswer>('repotune/liveComparison'),
  startLiveComparison: request<StartLiveComparisonParams, LiveComparisonAnswer>('repotune/startLiveComparison'),
  stopLiveComparison: request<InFolder, LiveComparisonAnswer>('repotune/stopLiveComparison'),

  learning: request<InFolder, LearningRecord>('repotune/learning'),
  /** Stops automatic learning and recording until resumed. */
  pauseLearning: request<PauseLearningParams, LearningRecord>('repotune/learning/pause'),
  /** Excludes the file from learning from now on, and deletes what was recorded of it. */
  forgetFile: request<OfLearnedFile, LearningRecord>('repotune/learning/forgetFile'),
  learnFileAgain: request<OfLearnedFile, LearningRecord>('repotune/learning/learnFileAgain'),
  /** Deletes what was recorded of the repository: edits, and lines of suggestions that stand. */
  forgetRecorded: request<ForgetRecordedParams, LearningRecord>('repotune/learning/forgetRecorded'),

  models: request<NoParams, ModelChoices>('repotune/models'),
  baseOffer: request<BaseOfferParams, BaseOffer>('repotune/baseOffer'),
  hubFiles: request<HubFilesParams, HubFiles>('repotune/hubFiles'),
  /** Cancelled with the request; progress is reported by `downloadProgress`. */
  getModel: request<GetModelParams, ModelAnswer>('repotune/getModel'),
  backendOffer: request<OfBackend, BackendOffer>('repotune/backendOffer'),
  /** Cancelled with the request; progress is reported by `downloadProgress`, under the backend's name. */
  getBackend: request<GetBackendParams, ModelAnswer>('repotune/getBackend'),
  /** Deletes a download or its unfinished part; the base in use is refused. */
  removeModel: request<OfModel, ModelAnswer>('repotune/removeModel'),
  prepareOffer: request<NoParams, PrepareOffer>('repotune/prepare/offer'),
  /** Prepares the base in use; cancelled with the request; progress is reported by `prepareProgress`. */
  prepare: request<NoParams, PrepareAnswer>('repotune/prepare'),
  /** Makes the base in use complete on its own again. */
  unprepare: request<NoParams, RepotuneState>('repotune/prepare/undo'),

  /** Packs the job and lists what would leave the machine. Nothing does yet. */
  clusterOffer: request<ClusterOfferParams, ClusterOffer>('repotune/cluster/offer'),
  /** Declines the offer, which is deleted. */
  clusterDecline: request<OfSubmission, boolean>('repotune/cluster/decline'),
  /** Submits the offer, and follows it as a run. */
  clusterSubmit: request<ClusterSubmitParams, TuneAnswer>('repotune/cluster/submit'),

  shareList: request<ShareParams, SharedAdapters>('repotune/share/list'),
  /** Answered with its new location, for the user; progress is reported by `shareProgress`. */
  sharePublish: request<OfShared, string>('repotune/share/publish'),
  shareOffer: request<ShareOfferParams, ShareOffer>('repotune/share/offer'),
  /** Answered with the id of the version, stored and inactive. */
  sharePull: request<SharePullParams, string>('repotune/share/pull'),
} as const;

/** Server to client. */
export const Notifications = {
  /** On every change; at most four times a second. */
  stateChanged: notification<RepotuneState>('repotune/stateChanged'),
  notice: notification<Notice>('repotune/notice'),
  /** During `evaluate`, or during `compareAdapters` with that adapter as the first. */
  evaluateProgress: notification<EvaluateProgress>('repotune/evaluateProgress'),
  /** During `sharePublish`: how much has been sent, or what is waited for. */
  shareProgress: notification<ShareProgress>('repotune/shareProgress'),
  /** During `getModel` or `getBackend`. */
  downloadProgress: notification<DownloadProgress>('repotune/downloadProgress'),
  /** During `prepare`. */
  prepareProgress: notification<PrepareProgress>('repotune/prepareProgress'),
} as const;

/** Commands that the server itself runs (workspace/executeCommand). */
export const ServerCommands = {
  /** [offer id]: the client accepted a suggestion. */
  accepted: 'repotune.internal.accepted',
  /** [edit id]: the client applied a next edit. */
  acceptedEdit: 'repotune.internal.acceptedEdit',
} as const;

export type RequestName = keyof typeof Requests;
export type RequestParams<Name extends RequestName> = ParamsOf<(typeof Requests)[Name]>;
type RequestResult<Name extends RequestName> = ResultOf<(typeof Requests)[Name]>;

/** Context of a request besides its parameters. */
export interface Asking {
  /** Aborted when the client cancels the request. */
  readonly signal: AbortSignal;
  tell<Params>(notification: NotificationType<Params>, params: NoInfer<Params>): void;
}

/** The handler of each request; rejects with an error whose message is for the user. */
export type RequestHandlers = {
  readonly [Name in RequestName]: (params: RequestParams<Name>, asking: Asking) => Promise<RequestResult<Name>>;
};

export type NotificationListeners = {
  readonly [Name in keyof typeof Notifications]: (params: ParamsOf<(typeof Notifications)[Name]>) => void;
};
