import type { ShareParams } from './sharing.ts';

/** The environment variable in which a client may give its settings, as JSON, before the handshake. */
export const SETTINGS_VARIABLE = 'REPOTUNE_SETTINGS';

/** The settings the server reads, under `repotune` (all optional in the wire form; defaults in `server/common/settings.ts`). */
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
  readonly nextEdit: {
    /** Suggest changes that follow from the last ones; with completions off, nothing is suggested either way. */
    readonly enabled: boolean;
    /** Keep settled edits of a repository in its store, as examples of how its code is changed. */
    readonly record: boolean;
  };
  /** Count what becomes of suggestions, and let that move what is suggested unasked. */
  readonly statistics: { readonly enabled: boolean };
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
  /** Goes on from the active adapter when enough was committed or recorded and the machine is idle. */
  readonly keepTuned: boolean;
  readonly device: 'auto' | 'cpu' | 'cuda' | 'vulkan' | 'metal';
}
