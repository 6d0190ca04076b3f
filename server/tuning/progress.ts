/** Turns a run's events into the snapshots that others see, at most four a second. */

import { counted } from '../common/format.ts';
import { describeOutlook, isTooShort } from '../engine/training/outlook.ts';
import type { LoopEvent } from '../engine/training/trainJob.ts';
import type { MineProgress } from '../mining/types.ts';
import type { LossPoint, Stage, TuneProgress } from '../protocol/tune.ts';

const QUIET_MS = 250;
/** Most points of the curve sent at once; beyond, every second training point is dropped. */
const MOST_POINTS = 400;

export class ProgressTracker {
  #state: TuneProgress;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  /** Set while a newer snapshot waits to be sent. */
  #later: NodeJS.Timeout | null = null;
  #predictedSeconds: number | null = null;
  readonly #nowMs: () => number;
  readonly #send: (progress: TuneProgress) => void;

  /** `cluster`: where it trains, if not here. */
  constructor(
    runId: string,
    folder: string,
    nowMs: () => number,
    send: (progress: TuneProgress) => void,
    cluster?: string,
  ) {
    this.#nowMs = nowMs;
    this.#send = send;
    this.#state = {
      runId,
      folder,
      stage: 'mining',
      message: 'Reading the repository',
      step: 0,
      steps: 0,
      curve: [],
      learningRate: 0,
      tokensPerSecond: 0,
      rssBytes: 0,
      startedAtMs: nowMs(),
      etaSeconds: null,
      ...(cluster === undefined ? {} : { cluster }),
    };
  }

  /** Predicted training time, before the first step; null until then. */
  get predictedSeconds(): number | null {
    return this.#predictedSeconds;
  }

  get current(): TuneProgress {
    return this.#state;
  }

  /** What a run that was interrupted had reached. */
  goOn({ step, steps, curve }: Pick<TuneProgress, 'step' | 'steps' | 'curve'>): void {
    this.#state = { ...this.#state, step, steps, curve };
  }

  /** A change of stage is sent at once. */
  stage(stage: Stage, message: string): void {
    this.#state = { ...this.#state, stage, message, etaSeconds: null };
    this.#emit(true);
  }

  message(message: string): void {
    this.#state = { ...this.#state, message };
    this.#emit(false);
  }

  mining({ stage, filesDone, filesTotal }: MineProgress): void {
    const doing = { list: 'Listing files', read: 'Reading', parse: 'Parsing', select: 'Choosing pairs' }[stage];
    this.message(filesTotal > 0 ? `${doing}: ${filesDone} of ${filesTotal} files` : doing);
  }

  loop(event: LoopEvent): void {
    switch (event.kind) {
      case 'loaded': {
        const on = event.device === 'CPU' ? 'the CPU' : event.device;
        const next = 'measuring its speed and the loss to beat';
        this.stage('training', `Training on ${on}: ${next}${readFromDisk(event.streamedBytes)}`);
        return;
      }
      case 'resumed':
        if (event.changed.length === 0) {
          this.message(`Continuing from step ${event.step}`);
          return;
        }
        this.stage(
          'training',
          `Continuing from step ${event.step} with ${event.changed.join(' and ')}: the weights may differ in their last bits`,
        );
        return;
      case 'calibrated':
        this.message(
          `Calibrated the quantization on ${event.tokens.toLocaleString('en')} tokens: the error of the weights fell from ${percent(event.errorBefore)} to ${percent(event.errorAfter)}`,
        );
        return;
      case 'planned':
        this.#predictedSeconds = event.seconds;
        this.#state = { ...this.#state, steps: event.steps, etaSeconds: event.seconds };
        this.message(plannedMessage(event));
        return;
      case 'step':
        this.#state = {
          ...this.#state,
          step: event.step,
          steps: event.steps,
          learningRate: event.learningRate,
          // Steps differ in length: a running mean reads better.
          tokensPerSecond:
            this.#state.tokensPerSecond === 0
              ? event.tokensPerSecond
              : 0.8 * this.#state.tokensPerSecond + 0.2 * event.tokensPerSecond,
          rssBytes: event.rssBytes,
          etaSeconds: event.etaSeconds,
          message: `Step ${event.step} of ${event.steps}, loss ${event.loss.toFixed(3)}`,
          curve: thin([...this.#state.curve, { step: event.step, train: event.loss, heldOut: null }]),
        };
        this.#emit(false);
        return;
      case 'unwritten':
        this.stage('training', event.message);
        return;
      case 'held-out':
        this.#state = {
          ...this.#state,
          curve: [...this.#state.curve, { step: event.step, train: null, heldOut: event.loss }],
        };
        this.#emit(false);
    }
  }

  /** A snapshot too soon after the last is delayed, unless a newer one replaces it. */
  #emit(now: boolean): void {
    const quietMs = now ? 0 : Math.min(QUIET_MS, this.#sentAtMs + QUIET_MS - this.#nowMs());
    if (quietMs > 0) {
      this.#later ??= setTimeout(() => this.#emit(true), quietMs).unref();
      return;
    }
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    this.#sentAtMs = this.#nowMs();
    this.#send(this.#state);
  }
}

function thin(curve: LossPoint[]): LossPoint[] {
  if (curve.length <= MOST_POINTS) return curve;
  return curve.filter(({ heldOut }, i) => heldOut !== null || i % 2 === 0 || i === curve.length - 1);
}

/** How a base trains that exceeds the memory allowed. */
function readFromDisk(bytes: number): string {
  if (bytes === 0) return '';
  return `. ${(bytes / 1e9).toFixed(1)} GB of the base do not fit in the memory allowed and are read from disk, block by block`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** An estimate: to a tenth where that is much of it. */
function time(seconds: number): string {
  if (seconds < 90) return counted(Math.max(1, Math.round(seconds)), 'second');
  const minutes = seconds / 60;
  if (minutes < 90) return `${minutes < 10 ? Number(minutes.toFixed(1)) : Math.round(minutes)} minutes`;
  return `${Number((minutes / 60).toFixed(1))} hours`;
}

function plannedMessage({ steps, tokens, seconds, epochs }: Extract<LoopEvent, { kind: 'planned' }>): string {
  const inTime = `in about ${time(seconds)}`;
  if (epochs === null) return `${counted(steps, 'step')} ${inTime}`;
  const outlook = { steps, tokens, epochs };
  const little = isTooShort(outlook) ? '. That is too little to help: allow more minutes or choose a smaller base' : '';
  return `${describeOutlook(outlook)}, ${inTime}${little}`;
}
