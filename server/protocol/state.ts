/** What a window shows, and what is serving in it. */
import type { AdapterSummary } from './adapters.ts';
import type { InFolder, ServedFolder, WindowFolder } from './folders.ts';
import type { TunePlan } from './preview.ts';
import type { TuneProgress, TuneResult } from './tune.ts';

type CompletionSource = 'base' | 'adapter';

export interface EngineStatus {
  readonly kind: 'starting' | 'ready' | 'restarting' | 'failed' | 'off';
  /** What the user should know or do; '' when ready. */
  readonly message: string;
  /** For a failure that may be temporary (no memory, a missing file): a later request tries again. */
  readonly mayPass?: true;
}

export interface BaseSummary {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly parameters: number;
  /** The bundled base: noted wherever a user sees it. */
  readonly bundled: boolean;
  /** Whether it knows where completions end, thanks to a layout adapter; null if it needs none or cannot have one. */
  readonly prepared: boolean | null;
}

export interface KeepTunedState {
  /** The user's setting. */
  readonly on: boolean;
  /** Whether a run of this window is under way for it. */
  readonly running: boolean;
  /** What it is waiting for or doing, to follow `Keep tuned:`; '' when it is off. */
  readonly text: string;
}

/** Everything a panel needs to draw itself from scratch (after a reload, or for a run started elsewhere). */
export interface RepotuneState {
  /** The chosen folder, to which everything below applies. null in a window without folders. */
  readonly folder: WindowFolder | null;
  readonly folders: readonly ServedFolder[];
  readonly engine: EngineStatus;
  readonly base: BaseSummary | null;
  readonly adapters: readonly AdapterSummary[];
  readonly source: CompletionSource;
  /** What rolling back leads to: an adapter's name, or null for the base alone. Null or absent as a whole: nothing that is known. */
  readonly previous?: { readonly name: string | null } | null;
  readonly completionsEnabled: boolean;
  /** Whether the outcomes of suggestions are counted; absent until known. */
  readonly statisticsEnabled?: boolean;
  /** The run under way in the folder, else in another folder, else the last one that ended in it. */
  readonly run: TuneProgress | null;
  /** The run is held, and will resume where it was. */
  readonly paused: boolean;
  /** It is held until the machine is on mains power, regardless of its user; absent until known. */
  readonly waitsForPower?: boolean;
  readonly lastResult: TuneResult | null;
  /** Commits since the active adapter was tuned; null without one, or where git cannot tell. */
  readonly commitsSinceTune: number | null;
  /** Whether adapters are kept up, and what that is waiting for; null or absent until known. */
  readonly keepTuned?: KeepTunedState | null;
  /** The plan of a run without a preset, from the settings; null or absent if the base is unknown. */
  readonly settingsPlan?: TunePlan | null;
}

export interface UseParams extends InFolder {
  readonly source: CompletionSource;
  /** With source `adapter`: which; the active one if absent. */
  readonly adapterId?: string;
  /** Even if it came from elsewhere and did not pass here. Recorded. */
  readonly force?: boolean;
}

/** Shown to the user once by the client. `action`: command id of its one button with title, argument, and the folder it applies to. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  /** A visible panel says the same: the notice is for users who do not see one. */
  readonly inPanel?: true;
  readonly action?: {
    readonly title: string;
    readonly command: string;
    readonly argument?: string;
    readonly folder?: string;
  };
}
