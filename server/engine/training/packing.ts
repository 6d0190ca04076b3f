/** Packs sequences end to end into rows of at most `maxTokens`; each attends only within itself (Krell et al. 2021). */
import type { TrainRow } from '../types.ts';
import type { Sequence } from './sequences.ts';

/** Rows kept open for a better fit: more would gain little, and so few keep the rows close to the shuffled order. */
const OPEN_ROWS = 16;

/**
 * Best fit over a few open rows, in the order given. Deterministic, so (seed, epoch) identifies a packing and a
 * checkpoint needs only the row's number. Sequences longer than a row keep their last tokens.
 */
export function packRows(sequences: readonly Sequence[], maxTokens: number): Sequence[][] {
  const closed: Sequence[][] = [];
  const open: { row: Sequence[]; free: number }[] = [];
  for (const sequence of sequences.map((one) => lastTokens(one, maxTokens))) {
    const length = sequence.tokens.length;
    let best = -1;
    for (const [i, { free }] of open.entries()) {
      if (free >= length && (best < 0 || free < open[best]!.free)) best = i;
    }
    if (best < 0) {
      if (open.length === OPEN_ROWS) closed.push(takeFullest(open));
      open.push({ row: [], free: maxTokens });
      best = open.length - 1;
    }
    open[best]!.row.push(sequence);
    open[best]!.free -= length;
    if (open[best]!.free === 0) closed.push(open.splice(best, 1)[0]!.row);
  }
  return [...closed, ...open.map(({ row }) => row)];
}

function takeFullest(open: { row: Sequence[]; free: number }[]): Sequence[] {
  const fullest = open.reduce((best, { free }, i) => (free < open[best]!.free ? i : best), 0);
  return open.splice(fullest, 1)[0]!.row;
}

function lastTokens(sequence: Sequence, maxTokens: number): Sequence {
  const over = sequence.tokens.length - maxTokens;
  if (over <= 0) return sequence;
  return { ...sequence, tokens: sequence.tokens.slice(over), lossFrom: Math.max(1, sequence.lossFrom - over) };
}

/**
 * `promptWeight` is the weight of the loss on tokens before the middle; 0 learns the middle alone. One of these in `promptEvery` carries
 * loss, with that many times the weight: the same expected sum of losses if `draw` picks the first of each sequence at random.
 */
export function toTrainRow(
  sequences: readonly Sequence[],
  promptWeight: number,
  promptEvery = 1,
  draw: (below: number) => number = () => 0,
): TrainRow {
  const length = sequences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const tokens = new Int32Array(length);
  const starts = new Int32Array(sequences.length);
  const lossWeights = new Float32Array(length);
  let at = 0;
  for (const [i, sequence] of sequences.entries()) {
    starts[i] = at;
    tokens.set(sequence.tokens, at);
    const middle = at + sequence.lossFrom;
    const first = at + 1 + draw(promptEvery);
    const weight = sequence.answerOnly ? 0 : promptWeight * promptEvery;
    for (let j = first; j < middle; j += promptEvery) lossWeights[j] = weight;
    lossWeights.fill(1, at + Math.max(1, sequence.lossFrom), at + sequence.tokens.length);
    at += sequence.tokens.length;
  }
  return { tokens, starts, lossWeights };
}
