/** How much of a file stored versions are measured with. */
import type { TuneEvaluation } from './evaluateTune.ts';

/** Windows as they are served, or as they are learned from: half as long, and as dear. */
export type Windows = 'long' | 'short';

type Opened = Pick<TuneEvaluation, 'isKnown' | 'leastSeconds'>;

/**
 * The windows that earlier measurements had, a run's or a comparison's, so that the base's losses are known; where there was none, short
 * ones if `models` models cannot look at the fewest pairs that mean anything in `seconds`.
 */
export async function openFitting<Evaluation extends Opened>(
  open: (windows: Windows) => Promise<Evaluation>,
  models: number,
  seconds: number,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const long = await open('long');
  if (await long.isKnown()) return long;
  const short = await open('short');
  if (await short.isKnown()) return short;
  return models * (await long.leastSeconds(signal)) > seconds ? short : long;
}
