/**
 * The messages between the server and the engine process in role *tune*: a job in, events out, an outcome at the end. Plain data only.
 * Token sequences travel in a file in the run's folder (`sequences.ts`), so messages stay small and an interrupted run can resume from that
 * folder.
 */
import type { EndReason, TrainingPart } from '../../protocol/tune.ts';
import type { ErrorCode } from '../errorCodes.ts';
import type { Calibration, TrainerConfig } from '../types.ts';

export interface Schedule {
  readonly steps: number;
  readonly warmupSteps: number;
  readonly learningRate: number;
  /** Share of the peak rate that remains at the end of the cosine. */
  readonly finalShare: number;
  /** Weight of the loss on prompt tokens; the middle's weigh 1. */
  readonly promptWeight: number;
  /** One prompt token in so many carries loss, for all of them: the output head, a good part of a step, runs only for those. */
  readonly promptEvery: number;
  /** Tokens in one step, over all its rows. */
  readonly tokensPerStep: number;
  /** Held-out loss is measured every so many steps, and at the end. */
  readonly evaluateEvery: number;
  /** Ends after so many evaluations without a new best. */
  readonly patience: number;
  /** Training time after which the schedule is cut short; the best weights so far are kept. */
  readonly maxSeconds: number;
}

export interface TrainJob {
  readonly runId: string;
  /** Folder of this run: sequences in, checkpoints and adapter out. */
  readonly runDir: string;
  readonly trainer: TrainerConfig;
  readonly schedule: Schedule;
  /** Shortens the schedule to the speed measured; off where runs must be the same to the byte. */
  readonly adaptToSpeed: boolean;
  /** Path of the adapter to continue from; null: a fresh one. */
  readonly initialAdapter: string | null;
  /** Kept for measuring after the training, at the speed the machine had before it: one that turns slow needs more. Absent: none. */
  readonly secondsAfter?: number;
  /** Final scale of the adapter, 0 to 1; null: the best on held-out text (`adapterScale.ts`). */
  readonly adapterScale: number | null;
  /** Files in `runDir`. */
  readonly sequencesFile: string;
  /** Where the best weights end up. */
  readonly adapterFile: string;
  readonly checkpointFile: string;
  readonly checkpointEverySeconds: number;
  /** For judging, before the first step, whether the run is too short; absent: no check. */
  readonly preflight?: {
    /** Training tokens of the whole repository; the sequences may be a part of them. */
    readonly datasetTokens: number;
    /** Whether to end with `too-short` if the time is too short to help (`outlook.ts`), instead of only saying so. */
    readonly refuses: boolean;
    /** Of the run's time: spent before the training, or reserved for after it. */
    readonly otherSeconds: number;
  };
}

export type LoopEvent =
  | {
      readonly kind: 'loaded';
      /** What computes the steps: `CPU`, or the device's name. */
      readonly device: string;
      /** Kernels of the CPU's matrix products, including those that a device leaves to it. */
      readonly kernels: string;
      /** Bytes of the base's weights read from disk in every pass; 0: all are in memory. */
      readonly streamedBytes: number;
    }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly tokensPerSecond: number;
      readonly rssBytes: number;
      readonly etaSeconds: number;
    }
  | ({ readonly kind: 'calibrated' } & Calibration)
  /** From a checkpoint. `changed`: why the last bits may differ from an uninterrupted run, for people; mostly empty. */
  | { readonly kind: 'resumed'; readonly step: number; readonly changed: readonly string[] }
  /** Before the first step: what the speed just measured promises. */
  | {
      readonly kind: 'planned';
      readonly steps: number;
      readonly tokens: number;
      readonly seconds: number;
      /** The same relative to the repository's training text; null if the job does not give its size. */
      readonly epochs: number | null;
    }
  /** The disk refused weights or a checkpoint; training goes on. */
  | { readonly kind: 'unwritten'; readonly message: string }
  | { readonly kind: 'held-out'; readonly step: number; readonly loss: number; readonly best: boolean };

/** Seconds of a training by activity. */
export type Spent = Readonly<Record<TrainingPart, number>>;

export const NOTHING_SPENT: Spent = { opening: 0, steps: 0, evaluations: 0, checkpoints: 0 };

export type LoopOutcome =
  | {
      readonly kind: 'trained';
      readonly reason: EndReason;
      readonly steps: number;
      readonly tokens: number;
      readonly seconds: number;
      /** The same seconds by activity. */
      readonly spent: Spent;
      /** Trainer's own figures: they steer early stopping, they are not reported as the result. */
      readonly heldOutBefore: number;
      readonly heldOutBest: number;
      readonly bestStep: number;
      /** Scale at which the adapter was exported. */
      readonly adapterScale: number;
      /** If training diverged: when, and what was kept, in sentences for the user. */
      readonly note?: string | undefined;
    }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      /**
       * The checkpoint is still good if the process died or a device failed, so that the CPU can resume from it; also if the run diverged
       * before improving on its first weights.
       */
      readonly code: ErrorCode;
      readonly message: string;
    };

/** The engine process in role *tune*, as the server sees it. Implemented by `server/engine`. */
export interface TuneEngine {
  /**
   * Runs one job. Aborting ends it at once with `stopped`; its process may write until `dispose` has resolved. If the process dies, the
   * outcome is `failed` with the reason.
   */
  run(job: TrainJob, onEvent: (event: LoopEvent) => void, signal?: AbortSignal): Promise<LoopOutcome>;
  /** Stops all computation at once (SIGSTOP; on Windows its threads wait between two products) until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when no process is left. */
  dispose(): Promise<void>;
}
