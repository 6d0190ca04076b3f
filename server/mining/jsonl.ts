import type { Dataset, Pair } from './types.ts';

/** One line of JSON per pair: where it comes from, and its texts. */
function pairLine(pair: Pair): string {
  const { path, startByte, endByte, kind, split, language, commit, context, prefix, middle, suffix } = pair;
  return JSON.stringify({ path, startByte, endByte, kind, split, language, commit, context, prefix, middle, suffix });
}

/** The dataset as JSON lines: a header with everything but the pairs, then the pairs. */
export function* datasetLines({ pairs, ...head }: Dataset): Generator<string> {
  yield JSON.stringify(head);
  for (const pair of pairs) yield pairLine(pair);
}
