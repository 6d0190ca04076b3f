/** What a window shows, and what serves in it. */
import type { AdapterSummary } from './adapters.ts';
import type { InFolder, ServedFolder, WindowFolder } from './folders.ts';
import type { TunePlan } from './preview.ts';
import type { TuneProgress, TuneResult } from './tune.ts';

type CompletionSource = 'base' | 'adapter';

export interface EngineStatus {
  readonly kind: 'starting' | 'ready' | 'restarting' | 'failed' | 'off';
  /** What the user should know or do; '' when ready. */
  readonly message: string;
  /** Of a failure that may pass (no memory, a file that is away): a later request tries again. */
  readonly mayPass?: true;
}

export interface BaseSummary {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly parameters: number;
  /** The bundled base: said wherever a user meets it. */
  readonly bundled: boolean;
  /** Whether it knows where completions end, by an adapter that was made for it; null where it needs none, or can have none. */
  readonly prepared: boolean | null;
}

export interface KeepTunedState {
  /** The user's setting. */
  readonly on: boolean;
  /** Whether a run of this window goes on for it. */
  readonly running: boolean;
  /** What it waits for or does, to go on after `Keep tuned`; '' when it is off. */
  readonly text: string;
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
  /** Whether what becomes of suggestions is counted; absent before it is known. */
  readonly statisticsEnabled?: boolean;
  /** What goes on in the folder, else what goes on in another, else what ended in it last. */
  readonly run: TuneProgress | null;
  /** The run is held, and goes on where it was. */
  readonly paused: boolean;
  /** It is held until the machine is on mains power, whatever its user says; absent before it is known. */
  readonly waitsForPower?: boolean;
  readonly lastResult: TuneResult | null;
  /** Commits made since the active adapter was tuned; null without one, or where git cannot tell. */
  readonly commitsSinceTune: number | null;
  /** Whether adapters are kept up, and what that waits for; null or absent before it is known. */
  readonly keepTuned?: KeepTunedState | null;
  /** The plan of a run without a preset, by the settings; null or absent where the base is not known. */
  readonly settingsPlan?: TunePlan | null;
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
  /** A panel that is in view says the same: it is for those who do not see one. */
  readonly inPanel?: true;
  readonly action?: {
    readonly title: string;
    readonly command: string;
    readonly argument?: string;
    readonly folder?: string;
  };
}
