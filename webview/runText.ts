/** A run in words. Pure. */
import { duration } from '../server/common/format.ts';
import { isRunning, type Stage, type TuneProgress } from '../server/protocol/tune.ts';

export const stageNames = {
  mining: 'Mining',
  loading: 'Loading',
  training: 'Training',
  evaluating: 'Evaluating',
  storing: 'Storing',
} as const satisfies Partial<Record<Stage, string>>;

/** What a screen reader announces of a run under way, '' of one that has ended. Its message changes at every step, too often to listen to. */
export function spokenOf({ stage }: Pick<TuneProgress, 'stage'>, paused: boolean): string {
  if (!(stage in stageNames)) return '';
  return paused ? 'Paused' : stageNames[stage as keyof typeof stageNames];
}

/** A learning rate in full, e.g. `0.00018`. */
export function rateText(rate: number): string {
  return rate.toLocaleString('en', { maximumSignificantDigits: 2 });
}

/** How long the run in view has been running, or took if its end was seen. */
export class Elapsed {
  #seen: { readonly runId: string; readonly text: string } | null = null;

  of(run: TuneProgress, nowMs: number): string {
    if (isRunning(run)) this.#seen = { runId: run.runId, text: duration((nowMs - run.startedAtMs) / 1000) };
    return this.#seen?.runId === run.runId ? this.#seen.text : '–';
  }
}
