/** How much of a file stored versions are measured with. */
import type { Windows } from '../prompt/heldOutWindows.ts';
import type { TuneEvaluation } from './evaluateTune.ts';

type Opened = Pick<TuneEvaluation, 'isKnown' | 'leastSeconds'>;

/**
 * The windows of earlier measurements, a run's or a comparison's, so that the base's losses are cached; failing that, short ones if
 * `models` models cannot score the fewest meaningful pairs in `seconds`.
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
