/** A tune as seen from outside: the request, progress while it runs, a result at the end. */
import type { InFolder } from './folders.ts';
import type { Preset } from './preview.ts';

export interface TuneParams extends InFolder {
  /** Time and rank for this run, overriding the settings. */
  readonly preset?: Preset;
  /** Time for this run, overriding preset and settings. */
  readonly minutes?: number;
  /** Continues from this version (an id, or `active`) on what has changed since. */
  readonly continueFrom?: string;
  /** Trains even if the time is too short to help, which a run otherwise refuses. */
  readonly anyway?: boolean;
}

/** `started` with the run's id, or why not: one sentence for the user. */
export type TuneAnswer =
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'refused'; readonly message: string };

/** `runId` absent: the run in view. */
export interface StopParams {
  readonly runId?: string;
}

/** An interrupted run, and the folder whose repository it tunes. */
export interface InterruptedParams extends InFolder {
  readonly runId: string;
}

export interface PauseParams extends StopParams {
  readonly paused: boolean;
}

export type Stage = 'mining' | 'loading' | 'training' | 'evaluating' | 'storing' | 'done' | 'failed' | 'stopped';

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
  /** Where it trains, if on a cluster: such a run cannot be paused from here. */
  readonly cluster?: string;
  /** Started without being asked for: it keeps an adapter up, is held while somebody types, and is shown quietly. */
  readonly background?: true;
  /** Stopped for a key or another run, and not by the choice of its user. */
  readonly madeWay?: true;
  /** Interrupted in its training, and able to go on from there. */
  readonly resumable?: true;
}

/** Whether the run is still under way. */
export function isRunning({ stage }: TuneProgress): boolean {
  return stage !== 'done' && stage !== 'failed' && stage !== 'stopped';
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

/** Why a training ended. */
export const END_REASONS = ['schedule', 'early-stop', 'time-limit', 'diverged', 'stopped'] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Parts of the training process's time, and of a whole run's. */
export const TRAINING_PARTS = ['opening', 'steps', 'evaluations', 'checkpoints'] as const;
export type TrainingPart = (typeof TRAINING_PARTS)[number];
export const RUN_PARTS = [
  'mining',
  'loading',
  'preparing',
  ...TRAINING_PARTS,
  'other',
  'measuring',
  'storing',
] as const;
export type RunPart = (typeof RUN_PARTS)[number];

interface TrainingTime {
  /** Prediction before the first step, for a run to its end; null for one resumed from a checkpoint. */
  readonly predictedSeconds: number | null;
  readonly seconds: number;
  readonly end: EndReason;
  /** Tokens processed in its steps, prompts included. */
  readonly tokens: number;
  /** Passes over the repository's training text: 1 is all of it once. */
  readonly epochs: number;
  /** Seconds of the whole run, by part. */
  readonly parts: Readonly<Record<RunPart, number>>;
}

export interface TuneResult {
  readonly runId: string;
  readonly adapterId: string;
  readonly folder: string;
  readonly files: number;
  readonly pairs: number;
  /** Next edits learned alongside the pairs. */
  readonly edits: number;
  readonly heldOutPairs: number;
  readonly steps: number;
  readonly minutes: number;
  /** Training only; null for a version whose run is not available. */
  readonly training: TrainingTime | null;
  /** Nats per token, by the serving engine, on the same held-out tokens. */
  readonly heldOutLossBase: number;
  readonly heldOutLossTuned: number;
  readonly sample: SampleCompletion | null;
  readonly activated: boolean;
  readonly reason: string;
}
