/**
 * What crosses between the server and the engine process in role *tune*: a job in, events out, an outcome at the end.
 * Plain data only. Token sequences travel in a file of the run's folder (`sequences.ts`), so the channel stays small and
 * an interrupted run can be taken up again from that folder.
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
  /** Of the prompt tokens one in so many carries loss, for all: the head, a good part of a step, computes for those alone. */
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
  /** Path of the adapter to go on from; null: a fresh one. */
  readonly initialAdapter: string | null;
  /** How much of the adapter applies in the end, 0 to 1; null: what serves held-out text best (`adapterScale.ts`). */
  readonly adapterScale: number | null;
  /** Files in `runDir`. */
  readonly sequencesFile: string;
  /** Where the best weights end up. */
  readonly adapterFile: string;
  readonly checkpointFile: string;
  readonly checkpointEverySeconds: number;
  /** What the run's size is judged by before its first step; without it nothing is. */
  readonly preflight?: {
    /** Training text of the whole repository, of which the sequences may be a part. */
    readonly datasetTokens: number;
    /** Ends with `too-short` where the time is too short to help (`outlook.ts`); else it goes on and says so. */
    readonly refuses: boolean;
  };
}

export type LoopEvent =
  | {
      readonly kind: 'loaded';
      readonly trainableParameters: number;
      /** Of the base, and those of them, the last ones, that get an adapter. */
      readonly blocks: number;
      readonly adaptedBlocks: number;
      readonly baseMegabytes: number;
      /** What computes the steps: `CPU`, or the device's name. */
      readonly device: string;
      /** The kernels of the CPU's products, and of what a device leaves to it. */
      readonly kernels: string;
      /** Of the base's weights, what is read from disk in every pass; 0: all are in memory. */
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
  /** From a checkpoint. `changed`: why its last bits may not be those of an undisturbed run, for a person; mostly empty. */
  | { readonly kind: 'resumed'; readonly step: number; readonly changed: readonly string[] }
  /** Before the first step: what the speed just measured promises. */
  | {
      readonly kind: 'planned';
      readonly steps: number;
      readonly tokens: number;
      readonly seconds: number;
      /** How much of the repository's training text that is; null where the job does not say how much there is. */
      readonly epochs: number | null;
    }
  | { readonly kind: 'held-out'; readonly step: number; readonly loss: number; readonly best: boolean };

/** Seconds of a training by what they went into. */
export type Spent = Readonly<Record<TrainingPart, number>>;

export const NOTHING_SPENT: Spent = { opening: 0, steps: 0, evaluations: 0, checkpoints: 0 };

export type LoopOutcome =
  | {
      readonly kind: 'trained';
      readonly reason: EndReason;
      readonly steps: number;
      readonly tokens: number;
      readonly seconds: number;
      /** The same seconds by what they went into. */
      readonly spent: Spent;
      /** Trainer's own figures: they steer early stopping, they are not reported as the result. */
      readonly heldOutBefore: number;
      readonly heldOutBest: number;
      readonly bestStep: number;
      /** How much of what was trained the adapter's file applies. */
      readonly adapterScale: number;
      /** Where training diverged: when, and what was kept, in sentences for the user. */
      readonly note?: string | undefined;
    }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      /**
       * The checkpoint is good where the process died, and where a device failed, so that the CPU can go on from it; also of a run that
       * diverged without weights better than the first.
       */
      readonly code: ErrorCode;
      readonly message: string;
    };

/** The engine process in role *tune*, seen from the server. `server/engine` implements it. */
export interface TuneEngine {
  /**
   * Runs one job. Aborting ends it at once with `stopped`; its process may write until `dispose` has resolved. A process that
   * dies gives `failed` with the reason.
   */
  run(job: TrainJob, onEvent: (event: LoopEvent) => void, signal?: AbortSignal): Promise<LoopOutcome>;
  /** Stops all computing at once (SIGSTOP; on Windows its threads wait between two products) until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when no process is left. */
  dispose(): Promise<void>;
}
