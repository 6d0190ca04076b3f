/** What a run will be measured on, and the time that is kept back for it. */

import type { LoadedEngine } from '../engine/types.ts';
import { type Candidate, LEAST_HELD_OUT_PAIRS, type MeasuredOn, TuneEvaluation } from '../evaluation/evaluateTune.ts';
import type { MinedSets } from '../mining/sets.ts';
import { type HeldOut, Preparation } from '../tuning/prepare.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { costsTooMuch, measuringSeconds, measuringSecondsLeft, restSeconds } from '../tuning/timeShares.ts';

export interface ExaminationInput {
  readonly serving: LoadedEngine;
  readonly splits: Pick<MinedSets, 'dataset' | 'byTime'>;
  readonly preparation: Preparation;
  readonly measuredOn: MeasuredOn;
  readonly storeDir: string;
  /** Base, tuned and, where there is one, active. */
  readonly models: number;
  readonly budgetSeconds: number;
  readonly nowMs: () => number;
}

export interface Examination {
  readonly evaluation: TuneEvaluation;
  readonly heldOut: HeldOut;
  readonly tokensPerSecond: number;
  /** What is kept back of the run's time for measuring. */
  readonly keptSeconds: number;
  /** What measuring may take when `left` seconds of the run's time are left, and all but the pairs by file of it. */
  allowedWhen(left: number): Pick<Candidate, 'seconds' | 'restSeconds'>;
}

/** Lays held-out pairs out shorter where this machine is so slow that the fewest of them would eat the run. */
export async function prepareExamination(
  input: ExaminationInput,
  progress: Pick<ProgressTracker, 'message'>,
  signal: AbortSignal,
): Promise<Examination> {
  const { budgetSeconds, models } = input;
  const long = await open(input, 'long', signal);
  progress.message('Scoring the base on a few held-out pairs');
  const longPace = await long.evaluation.pace(signal);
  const tight = costsTooMuch(budgetSeconds, models, longPace);
  const { evaluation, heldOut } = tight ? await open(input, 'short', signal) : long;
  const pace = tight ? evaluation.paceAt(longPace) : longPace;
  const keptSeconds = measuringSeconds(budgetSeconds, models, pace);
  return {
    evaluation,
    heldOut,
    tokensPerSecond: pace.tokensPerSecond,
    keptSeconds,
    allowedWhen: (left) => ({
      seconds: measuringSecondsLeft(keptSeconds, left, models, pace),
      restSeconds: restSeconds(budgetSeconds),
    }),
  };
}

async function open(
  { serving, splits, preparation, measuredOn: { pairs, places }, storeDir, nowMs }: ExaminationInput,
  windows: 'long' | 'short',
  signal: AbortSignal,
): Promise<Pick<Examination, 'evaluation' | 'heldOut'>> {
  const { dataset, byTime } = splits;
  const heldOut = await preparation.heldOut(pairs, signal, windows);
  const evaluation = await TuneEvaluation.open({
    serving,
    repoName: dataset.repository,
    byFile: heldOut,
    byTime: byTime && (await new Preparation(byTime, serving).heldOut(pairs / 2, signal, windows)),
    storeDir,
    leastSamples: LEAST_HELD_OUT_PAIRS,
    mostPlaces: places,
    nowMs,
  });
  return { evaluation, heldOut };
}
