/** What a run would learn from and cost, before it starts. */

/** Size of a run: see `server/tuning/presets.ts`. */
export type Preset = 'quick' | 'balanced' | 'thorough';

/** Limits of a run, and the resources it will need. */
export interface TunePlan {
  /** Upper bound; a small repository takes less. */
  readonly minutes: number;
  readonly rank: number;
  /** Estimated memory of the training process, which keeps what it would compute again as far as its share of the free memory goes. */
  readonly memoryBytes: number;
  /** With less free memory, a run is refused; estimated. */
  readonly leastFreeBytes: number;
  /** Whether the base exceeds this machine's free memory, so that its blocks are read from disk. */
  readonly fromDisk: boolean;
}

export interface PresetPlan extends TunePlan {
  readonly preset: Preset;
}

export interface TunePreview {
  readonly folder: string;
  readonly languages: readonly { readonly language: string; readonly files: number; readonly pairs: number }[];
  readonly trainPairs: number;
  readonly heldOutPairs: number;
  readonly leftOut: readonly {
    readonly reason: string;
    readonly files: number;
    readonly examples: readonly string[];
  }[];
  readonly warnings: readonly string[];
  readonly presets: readonly PresetPlan[];
}
