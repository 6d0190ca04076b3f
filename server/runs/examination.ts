/** What a run will be measured on, and the time reserved for it. */

import type { LoadedEngine } from '../engine/types.ts';
import { type Candidate, LEAST_HELD_OUT_PAIRS, type MeasuredOn, TuneEvaluation } from '../evaluation/evaluateTune.ts';
import type { MinedSets } from '../mining/sets.ts';
import type { Windows } from '../prompt/heldOutWindows.ts';
import { type HeldOut, Preparation } from '../tuning/prepare.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import {
  costsTooMuch,
  type MeasuringCost,
  measuringSeconds,
  measuringSecondsLeft,
  restSeconds,
} from '../tuning/timeShares.ts';

export interface ExaminationInput {
  readonly serving: LoadedEngine;
  readonly splits: Pick<MinedSets, 'dataset' | 'byTime'>;
  readonly preparation: Preparation;
  readonly measuredOn: MeasuredOn;
  readonly storeDir: string;
  /** The active adapter and the layout adapter, where there are any: measured beside the base and the tuned one. */
  readonly rivals: Pick<Candidate, 'active' | 'layout'>;
  readonly budgetSeconds: number;
  readonly nowMs: () => number;
}

export interface Examination {
  readonly evaluation: TuneEvaluation;
  readonly heldOut: HeldOut;
  readonly tokensPerSecond: number;
  /** Part of the run's time reserved for measuring. */
  readonly keptSeconds: number;
  /** Time limits for measuring when `left` seconds of the run's time remain; `restSeconds` is for all but the pairs by file. */
  allowedWhen(left: number): Pick<Candidate, 'seconds' | 'restSeconds'>;
}

/** Uses shorter windows for held-out pairs where this machine is so slow that even the fewest would consume the run. */
export async function prepareExamination(
  input: ExaminationInput,
  progress: Pick<ProgressTracker, 'message'>,
  signal: AbortSignal,
): Promise<Examination> {
  const { budgetSeconds, rivals } = input;
  const long = await open(input, 'long', signal);
  progress.message('Scoring the base on a few held-out pairs');
  const isTight = (cost: MeasuringCost): boolean => costsTooMuch(budgetSeconds, cost);
  const longPace = await long.evaluation.pace(rivals, signal, isTight);
  const tight = isTight(longPace);
  const { evaluation, heldOut } = tight ? await open(input, 'short', signal) : long;
  const pace = tight ? await evaluation.pace(rivals, signal) : longPace;
  const keptSeconds = measuringSeconds(budgetSeconds, pace);
  return {
    evaluation,
    heldOut,
    tokensPerSecond: pace.tokensPerSecond,
    keptSeconds,
    allowedWhen: (left) => ({
      seconds: measuringSecondsLeft(keptSeconds, left, pace),
      restSeconds: restSeconds(budgetSeconds),
    }),
  };
}

async function open(
  { serving, splits, preparation, measuredOn: { pairs, places }, storeDir, nowMs }: ExaminationInput,
  windows: Windows,
  signal: AbortSignal,
): Promise<Pick<Examination, 'evaluation' | 'heldOut'>> {
  const { dataset, byTime } = splits;
  const heldOut = await preparation.heldOut(pairs, signal, windows);
  const later = byTime && new Preparation(byTime, serving, preparation.format);
  const evaluation = await TuneEvaluation.open({
    serving,
    repoName: dataset.repository,
    byFile: heldOut,
    byTime: later && (await later.heldOut(pairs / 2, signal, windows)),
    storeDir,
    leastSamples: LEAST_HELD_OUT_PAIRS,
    mostPlaces: places,
    nowMs,
  });
  return { evaluation, heldOut };
}
