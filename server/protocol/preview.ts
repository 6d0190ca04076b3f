/** What a run would learn from and what it would take, before it starts. */

/** How much a run may take: see `server/tuning/presets.ts`. */
export type Preset = 'quick' | 'balanced' | 'thorough';

/** What a run may take, and what it will need. */
export interface TunePlan {
  /** Longest time; a small repository ends sooner. */
  readonly minutes: number;
  readonly rank: number;
  /** Estimate of the training process's memory. */
  readonly memoryBytes: number;
  /** Whether the base does not fit this machine's free memory, so that its blocks are read from disk. */
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
