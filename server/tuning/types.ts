/** A tune as everyone outside sees it: options in, progress while it runs, a result at the end. */

import type { EndReason } from '../engine/training/trainJob.ts';
import type { BaseType, DeviceChoice } from '../engine/types.ts';

export type Stage = 'mining' | 'loading' | 'training' | 'evaluating' | 'storing' | 'done' | 'failed' | 'stopped';

export interface TuneOptions {
  /** Folder to tune on. */
  readonly folder: string;
  readonly modelPath: string;
  readonly baseType: BaseType;
  readonly rank?: number;
  readonly alpha?: number;
  readonly learningRate?: number;
  /** Upper bound of training time. */
  readonly maxMinutes?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly device?: DeviceChoice;
  readonly name?: string;
  /** Goes on from this version (an id, a name, or `active`), on the files that changed since. */
  readonly continueFrom?: string;
  /** Also held out: what the newest commits added. Training text is then the tree before them. */
  readonly byTime?: boolean;
  /** Activates whatever the gate says; recorded. */
  readonly force?: boolean;
}

/** A point of the loss curves. */
export interface LossPoint {
  readonly step: number;
  readonly train: number | null;
  readonly heldOut: number | null;
}

export interface TuneProgress {
  readonly runId: string;
  readonly folder: string;
  readonly stage: Stage;
  /** One line for a person. */
  readonly message: string;
  readonly step: number;
  readonly steps: number;
  readonly curve: readonly LossPoint[];
  readonly learningRate: number;
  readonly tokensPerSecond: number;
  readonly rssBytes: number;
  readonly startedAtMs: number;
  readonly etaSeconds: number | null;
}

export interface SampleCompletion {
  readonly path: string;
  readonly line: number;
  /** Last lines before the cursor. */
  readonly before: string;
  readonly expected: string;
  readonly base: string;
  readonly tuned: string;
}

export interface TrainingTime {
  /** Before the first step, for a run that goes to its end; null where the run was taken up from a checkpoint. */
  readonly predictedSeconds: number | null;
  readonly seconds: number;
  readonly end: EndReason;
}

export interface TuneResult {
  readonly runId: string;
  readonly adapterId: string;
  readonly folder: string;
  readonly files: number;
  readonly pairs: number;
  readonly heldOutPairs: number;
  readonly steps: number;
  readonly minutes: number;
  /** Training alone; null for a version whose run is not at hand. */
  readonly training: TrainingTime | null;
  /** Nats per token, by the serving engine, on the same held-out tokens. */
  readonly heldOutLossBase: number;
  readonly heldOutLossTuned: number;
  readonly sample: SampleCompletion | null;
  readonly activated: boolean;
  readonly reason: string;
}
