import type { ShareParams } from './sharing.ts';

/** Environment variable in which a client may pass its settings, as JSON, before the handshake. */
export const SETTINGS_VARIABLE = 'REPOTUNE_SETTINGS';

/** The settings that the server reads, under `repotune` (all optional on the wire; defaults in `server/common/settings.ts`). */
export interface Settings {
  readonly completions: {
    readonly enabled: boolean;
    readonly maxTokens: number;
    /** Shortest wait after a key; the rhythm of typing can add to it. */
    readonly debounceMs: number;
    /** By LSP language id; `*` applies to all others. */
    readonly languages: Readonly<Record<string, boolean>>;
    /** Files without suggestions, as in .gitignore. */
    readonly exclude: readonly string[];
    /** Generate what would follow an accepted suggestion while it is still being read. */
    readonly lookAhead: boolean;
    /** Include signatures and similar code from other files in the prompt. */
    readonly crossFile: boolean;
  };
  readonly nextEdit: {
    /** Suggest changes that follow from the last ones; with completions off, nothing is suggested either way. */
    readonly enabled: boolean;
    /** Record settled edits in the repository's store, as examples of how its code is changed. */
    readonly record: boolean;
  };
  /** Count the outcomes of suggestions, and let them influence what is suggested automatically. */
  readonly statistics: { readonly enabled: boolean };
  readonly model: { readonly path: string; readonly baseType: 'q4_0' | 'iq4_nl' | 'f16' | 'as-is' };
  readonly tuning: {
    readonly rank: number;
    /** 0: as suits the base. */
    readonly maxMinutes: number;
    /** Pause a run while the machine is on battery. */
    readonly pauseOnBattery: boolean;
    /** Commits since the tune after which re-tuning is offered; 0 for never. */
    readonly remindAfterCommits: number;
  };
  readonly sharing: {
    readonly remote: string;
    readonly signatures: ShareParams['signatures'];
    /** Check the remote when the server starts, and report anything new. */
    readonly checkAtStart: boolean;
  };
  /** Continue from the active adapter once enough has been committed or recorded and the machine is idle. */
  readonly keepTuned: boolean;
  readonly device: 'auto' | 'cpu' | 'cuda' | 'vulkan' | 'metal';
}
