/**
 * Every custom message between the language server and its clients: imported by `src/` and `webview/`, so types only
 * (plus the method names). Standard LSP carries the rest: `textDocument/inlineCompletion`, settings, documents.
 */

import type { DayCounts } from './completion/statistics/types.ts';
import type { ProxySettings } from './downloads/proxiedFetch.ts';
import type { InFolder, ServedFolder, WindowFolder } from './protocol/folders.ts';
import type { Preset, TunePlan } from './protocol/preview.ts';
import type { ShareParams } from './protocol/sharing.ts';
import type { AdapterStanding } from './protocol/versions.ts';
import type { TuneProgress, TuneResult } from './tuning/types.ts';

export type { ProxySettings } from './downloads/proxiedFetch.ts';
export type * from './protocol/folders.ts';
export type * from './protocol/preview.ts';
export type * from './protocol/sharing.ts';
export type * from './protocol/versions.ts';

/** The environment variable in which a client may give its settings, as JSON, before the handshake. */
export const SETTINGS_VARIABLE = 'REPOTUNE_SETTINGS';

export type CompletionSource = 'base' | 'adapter';

export interface EngineStatus {
  readonly kind: 'starting' | 'ready' | 'restarting' | 'failed' | 'off';
  /** What the user should know or do; '' when ready. */
  readonly message: string;
}

export interface BaseSummary {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly parameters: number;
  /** The bundled base: said wherever a user meets it. */
  readonly bundled: boolean;
}

export interface AdapterSummary {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly commit: string;
  readonly active: boolean;
  readonly standing: AdapterStanding;
  readonly heldOutLossBase: number | null;
  readonly heldOutLossTuned: number | null;
}

/** Everything a panel needs to draw itself from nothing (after a reload, or for a run started elsewhere). */
export interface RepotuneState {
  /** The chosen folder: all that follows is of it. null in a window without folders. */
  readonly folder: WindowFolder | null;
  readonly folders: readonly ServedFolder[];
  readonly engine: EngineStatus;
  readonly base: BaseSummary | null;
  readonly adapters: readonly AdapterSummary[];
  readonly source: CompletionSource;
  readonly completionsEnabled: boolean;
  /** What goes on in the folder, else what goes on in another, else what ended in it last. */
  readonly run: TuneProgress | null;
  /** The user holds the run; it goes on where it was. */
  readonly paused: boolean;
  readonly lastResult: TuneResult | null;
  /** Commits made since the active adapter was tuned; null without one, or where git cannot tell. */
  readonly commitsSinceTune: number | null;
  /** Of a run without a preset, as the settings are; null or absent where the base is not known. */
  readonly settingsPlan?: TunePlan | null;
}

export interface TuneParams extends InFolder {
  /** Time and rank for this run, in place of the settings'. */
  readonly preset?: Preset;
  /** Goes on from this version (an id, or `active`) on what has changed since. */
  readonly continueFrom?: string;
}

/** `accepted` with the run's id, or why not: one sentence for the user. */
export type TuneAnswer =
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'refused'; readonly message: string };

/** `runId` absent: the run in view. */
export interface StopParams {
  readonly runId?: string;
}

export interface UseParams extends InFolder {
  readonly source: CompletionSource;
  /** With source `adapter`: which; the active one when absent. */
  readonly adapterId?: string;
  /** Also one that came from elsewhere and did not pass here. Recorded. */
  readonly force?: boolean;
}

/** Shown to the user once by the client. `action` is a command id with a title for its one button, what it is given, and the folder it works on. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly action?: {
    readonly title: string;
    readonly command: string;
    readonly argument?: string;
    readonly folder?: string;
  };
}

/** What became of suggestions, by day (YYYY-MM-DD), oldest first. Kept on this machine. */
export interface CompletionStatistics {
  readonly days: readonly ({ readonly day: string } & DayCounts)[];
}

/** A base model to choose: here already, or to be downloaded. */
export interface ModelChoice {
  readonly id: string;
  readonly title: string;
  readonly origin: 'bundled' | 'downloaded' | 'ollama' | 'catalogue';
  /** null: not on this machine yet. */
  readonly path: string | null;
  readonly fileBytes: number;
  /** What arrived of a download that is not finished; 0 without one. */
  readonly partBytes: number;
  readonly license: string;
  /** One line: its weights, whether it fills in the middle, what to expect of it here. */
  readonly detail: string;
  /** Why it cannot be used; '' when it can. */
  readonly problem: string;
  readonly recommended: boolean;
  readonly current: boolean;
}

export interface ModelChoices {
  readonly models: readonly ModelChoice[];
  readonly recommendation: string;
  /** Bytes of what Repotune downloaded. */
  readonly diskUseBytes: number;
}

/** The models of a repository on the hub; each is downloaded by its `id`. `message` is for the user. */
export type HubFiles =
  | {
      readonly kind: 'files';
      readonly repository: string;
      /** '' where none is named. */
      readonly license: string;
      /** Ascending size. */
      readonly files: readonly { readonly id: string; readonly file: string; readonly bytes: number }[];
    }
  | { readonly kind: 'failed'; readonly message: string };

/** `repository`: `owner/name`, or its address. */
export type HubFilesParams = { readonly repository: string } & ProxySettings;

/** What is downloaded, and how the network is reached. */
export type DownloadParams = ({ readonly id: string } | { readonly backend: string }) & ProxySettings;

export interface DownloadProgress {
  readonly id: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A GPU plug-in that can be downloaded for this machine. `needs`: what must be there besides. */
export type BackendOffer =
  | {
      readonly kind: 'offer';
      readonly url: string;
      readonly bytes: number;
      readonly needs: string;
      readonly installed: boolean;
    }
  | { readonly kind: 'none' };

/** `message` is for the user. */
export type ModelAnswer =
  | { readonly kind: 'ready'; readonly path: string }
  | { readonly kind: 'removed'; readonly bytes: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** Commands the server itself runs (workspace/executeCommand). */
export const ServerCommands = {
  /** [offer id]: the client accepted a suggestion. */
  accepted: 'repotune.internal.accepted',
} as const;

/** Client to server requests. What works on one folder takes InFolder beside what is named here. */
export const Requests = {
  /** ChooseFolderParams -> RepotuneState */
  chooseFolder: 'repotune/chooseFolder',
  /** InFolder -> AdapterSummary[] */
  adapters: 'repotune/adapters',
  /** TuneParams -> TuneAnswer */
  tune: 'repotune/tune',
  /** StopParams -> boolean: whether something was running */
  stop: 'repotune/stop',
  /** {} -> RepotuneState */
  state: 'repotune/state',
  /** UseParams -> RepotuneState */
  use: 'repotune/use',
  /** {} -> CompletionStatistics */
  statistics: 'repotune/statistics',
  /** {} -> TunePreview */
  preview: 'repotune/preview',
  /** {adapterId} -> Report of server/evaluation/report.ts */
  report: 'repotune/report',
  /** {paused} & StopParams -> RepotuneState */
  pause: 'repotune/pause',
  /** {} -> RepotuneState: what served before serves again */
  rollBack: 'repotune/rollBack',
  /** {adapterId, activate} -> EvaluateAnswer; progress comes as `evaluateProgress` */
  evaluate: 'repotune/evaluate',
  /** {adapterId, name} -> RepotuneState */
  renameAdapter: 'repotune/renameAdapter',
  /** {first, second} -> Report: `tuned` is the first, `active` the second */
  compareAdapters: 'repotune/compareAdapters',
  /** {adapterId} -> LineageEntry[], the version first, then those it was trained on from */
  lineage: 'repotune/lineage',
  /** {adapterId, target: a .gguf file or a folder for PEFT, merged: base and adapter as one model} -> a sentence */
  exportAdapter: 'repotune/exportAdapter',
  /** {source: a .gguf file or a PEFT folder, name} -> a sentence; it is kept, inactive */
  importAdapter: 'repotune/importAdapter',
  /** {} -> {routes: RouteParams[]} */
  routes: 'repotune/routes',
  /** RouteParams -> {routes} */
  setRoute: 'repotune/setRoute',
  /** {glob?, language?} -> {routes} */
  removeRoute: 'repotune/removeRoute',
  /** {} -> {comparison: LiveComparison | null} */
  liveComparison: 'repotune/liveComparison',
  /** {rival: adapter id or null for the base, share: 0 to 1} -> {comparison} */
  startLiveComparison: 'repotune/startLiveComparison',
  /** {} -> {comparison: null} */
  stopLiveComparison: 'repotune/stopLiveComparison',
  /** {adapterId} -> RepotuneState */
  removeAdapter: 'repotune/removeAdapter',
  /** {} -> ModelChoices */
  models: 'repotune/models',
  /** HubFilesParams -> HubFiles */
  hubFiles: 'repotune/hubFiles',
  /** {id: of the catalogue, or owner/name/file.gguf} & ProxySettings -> ModelAnswer; cancelled with the request */
  getModel: 'repotune/getModel',
  /** {backend} -> BackendOffer */
  backendOffer: 'repotune/backendOffer',
  /** {backend} & ProxySettings -> ModelAnswer; progress under the backend's name; cancelled with the request */
  getBackend: 'repotune/getBackend',
  /** {id} -> ModelAnswer: a download or its unfinished part; the base in use is refused */
  removeModel: 'repotune/removeModel',
  /** {} -> string: the report as text */
  doctor: 'repotune/doctor',
  /** ShareParams -> SharedAdapters */
  shareList: 'repotune/share/list',
  /** ShareParams & {id} -> string: where it is now, for the user */
  sharePublish: 'repotune/share/publish',
  /** ShareParams & {id} & ProxySettings -> ShareOffer */
  shareOffer: 'repotune/share/offer',
  /** ShareParams & {id, commit} -> string: id of the version, stored and inactive */
  sharePull: 'repotune/share/pull',
} as const;

/** Server to client notifications. */
export const Notifications = {
  /** RepotuneState, whenever it changes; at most four times a second */
  stateChanged: 'repotune/stateChanged',
  /** Notice */
  notice: 'repotune/notice',
  /** EvaluateProgress, while `evaluate` runs, or `compareAdapters` with that adapter as the first */
  evaluateProgress: 'repotune/evaluateProgress',
  /** DownloadProgress, while `getModel` or `getBackend` runs */
  downloadProgress: 'repotune/downloadProgress',
} as const;

/** The settings the server reads, under `repotune` (all optional in the wire form; defaults in `server/settings.ts`). */
export interface Settings {
  readonly completions: {
    readonly enabled: boolean;
    readonly maxTokens: number;
    /** Least wait behind a key; the rhythm of typing and the machine's speed add to it. */
    readonly debounceMs: number;
    /** By LSP language id; `*` is for all not named. */
    readonly languages: Readonly<Record<string, boolean>>;
    /** Files to stay silent in, as in .gitignore. */
    readonly exclude: readonly string[];
    /** Generate what would follow once a suggestion is accepted, while it is looked at. */
    readonly lookAhead: boolean;
    /** Signatures and similar code of other files in the prompt. */
    readonly crossFile: boolean;
  };
  readonly model: { readonly path: string; readonly baseType: 'q4_0' | 'iq4_nl' | 'f16' | 'as-is' };
  readonly tuning: {
    readonly rank: number;
    readonly maxMinutes: number;
    /** A run waits while the machine is on its battery. */
    readonly pauseOnBattery: boolean;
    /** Commits since the tune from which re-tuning is offered; 0 for never. */
    readonly remindAfterCommits: number;
  };
  readonly sharing: {
    readonly remote: string;
    readonly signatures: ShareParams['signatures'];
    /** Looks at the remote when the server starts, and says so when there is something new. */
    readonly checkAtStart: boolean;
  };
  readonly device: 'auto' | 'cpu' | 'cuda' | 'vulkan' | 'metal';
}
