/** Two models compared on the same held-out samples and places, and the figures of each. Pure. */

import { randomFrom } from '../common/random.ts';
import type { Score } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import type { Comparison, Contender, Example, Group } from '../protocol/report.ts';
import { ownFindings } from '../secrets/own.ts';
import { bootstrapRatio, designEffect, type Interval, studentizedRatio, widened } from './bootstrap.ts';
import { figuresOf, type Place } from './places.ts';
import { subsetRatio } from './subsets.ts';

export interface HeldOutLoss {
  /** Nats a token over all samples. */
  readonly loss: number;
  readonly tokens: number;
  /** Share of tokens that the model would have chosen itself. */
  readonly top1: number;
  /** [samples] sums of negative log probabilities. */
  readonly nlls: readonly number[];
  /** [samples] Tokens that carry loss. */
  readonly counts: readonly number[];
}

export interface Examined {
  readonly loss: HeldOutLoss;
  readonly places: readonly Place[];
}

/** The loss over `scores`. */
export function lossOf(scores: readonly Score[]): HeldOutLoss {
  const sum = (value: (score: Score) => number): number => scores.reduce((total, score) => total + value(score), 0);
  const tokens = sum((score) => score.tokens);
  return {
    loss: sum(({ nll }) => nll) / tokens,
    tokens,
    top1: sum(({ top1 }) => top1) / tokens,
    nlls: scores.map(({ nll }) => nll),
    counts: scores.map((score) => score.tokens),
  };
}

/**
 * Paired: the same samples and places are resampled for both. `files`: [samples] the file of each; samples of one file are correlated and
 * resampled by file. `level`: confidence level of the loss interval. `placeFiles`: [places] the file of each; so few places are resampled one
 * by one, and the intervals widened by their correlation within the files.
 */
export function compare(
  a: Examined,
  b: Examined,
  files: readonly string[],
  level = 0.95,
  placeFiles: readonly string[] = a.places.map((_, i) => String(i)),
): Comparison {
  const differences = a.loss.nlls.map((nll, i) => nll - b.loss.nlls[i]!);
  const { counts } = a.loss;
  const byFile = subsetRatio(differences, counts, files, randomFrom(1, 0xf11e), level);
  const byPair = (): Interval => studentizedRatio(differences, counts, randomFrom(1, 0xb007), level);
  const loss = finiteBounds(byFile ?? ofFewFiles(byPair(), differences, counts, files));
  if (a.places.length === 0) return { loss, exact: null, completions: null };
  let stream = 1;
  const differencesIn = (value: (place: Place) => number | null) => {
    const found = a.places.flatMap((place, i) => {
      const [mine, others] = [value(place), value(b.places[i]!)];
      return mine === null || others === null ? [] : [{ difference: mine - others, file: placeFiles[i]! }];
    });
    return { differences: found.map(({ difference }) => difference), of: found.map(({ file }) => file) };
  };
  /** `most`: of shares no difference is larger, however wide its interval. */
  const difference = (value: (place: Place) => number | null, most = 1): Comparison['loss'] | null => {
    const { differences, of } = differencesIn(value);
    stream += 1;
    if (differences.length === 0) return null;
    const ones = differences.map(() => 1);
    const byPlace = bootstrapRatio(differences, ones, randomFrom(stream, 0xb007));
    const { mean, low, high } = widened(byPlace, designEffect(differences, ones, of));
    const within = (bound: number): number => (Number.isFinite(bound) ? Math.max(-most, Math.min(most, bound)) : bound);
    return finiteBounds({ mean, low: within(low), high: within(high) });
  };
  // Offering nothing counts as wrong, as in the figures themselves.
  const isExact = ({ verdict }: Place): number => Number(verdict?.exact ?? false);
  const exact = unlessByChance(difference(isExact)!, differencesIn(isExact).differences);
  const firstLine = difference(({ verdict }) => Number(verdict?.firstLine ?? false));
  const editSimilarity = difference(({ verdict }) => verdict?.similarity ?? 0);
  const syntaxValid = difference(({ verdict }) => (verdict?.syntaxValid == null ? null : Number(verdict.syntaxValid)));
  const latencyMs = difference((place) => place.latencyMs, Number.POSITIVE_INFINITY);
  return {
    loss,
    exact,
    completions: { firstLine: firstLine!, editSimilarity: editSimilarity!, syntaxValid, latencyMs: latencyMs! },
  };
}

/**
 * This one decides, and on few places resampling is overconfident: where two places differ in the same direction, every resample agrees. So
 * no bound is beyond zero unless the sign test (McNemar's, exact) is as certain, which takes six differing places.
 */
function unlessByChance({ mean, low, high }: Comparison['loss'], differences: readonly number[]): Comparison['loss'] {
  const [better, worse] = [1, -1].map((sign) => differences.filter((one) => one === sign).length);
  if (2 * atMost(Math.min(better!, worse!), better! + worse!) <= 0.05) return { mean, low, high };
  return { mean, low: low && Math.min(low, 0), high: high && Math.max(high, 0) };
}

/** Probability of at most `heads` heads in `throws` throws of a coin. */
function atMost(heads: number, throws: number): number {
  let [chance, sum] = [0.5 ** throws, 0];
  for (let k = 0; k <= heads; k++) {
    sum += chance;
    chance *= (throws - k) / (k + 1);
  }
  return sum;
}

/** Nats a token, over the pairs `of`, whose files are in `files`. */
function lossDifference(
  a: HeldOutLoss,
  b: HeldOutLoss,
  of: readonly number[],
  files: readonly string[],
): Comparison['loss'] {
  const differences = of.map((i) => a.nlls[i]! - b.nlls[i]!);
  const counts = of.map((i) => a.counts[i]!);
  const byFile = subsetRatio(differences, counts, files, randomFrom(1, 0xf11e), 0.95);
  const byPair = (): Interval => bootstrapRatio(differences, counts, randomFrom(1, 0xb007));
  return finiteBounds(byFile ?? ofFewFiles(byPair(), differences, counts, files));
}

/** Widened by the correlation within the files: too few files for {@link subsetRatio} give no finite interval of their own. */
function ofFewFiles(
  byPair: Interval,
  differences: readonly number[],
  counts: readonly number[],
  files: readonly string[],
): Interval {
  return widened(byPair, designEffect(differences, counts, files));
}

/** JSON has no infinity: null stands for an unknown bound. */
function finiteBounds({ mean, low, high }: Interval): Comparison['loss'] {
  return { mean, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null };
}

export function contenderOf({ loss, places }: Examined): Contender {
  return { loss: loss.loss, top1: loss.top1, completions: places.length === 0 ? null : figuresOf(places) };
}

export function groupsOf(
  pairs: readonly Pair[],
  key: (pair: Pair) => string,
  base: HeldOutLoss,
  tuned: HeldOutLoss,
): Group[] {
  const groups = Map.groupBy(pairs.keys(), (i) => key(pairs[i]!));
  const total = (values: readonly number[], of: readonly number[]): number =>
    of.reduce((sum, i) => sum + values[i]!, 0);
  return [...groups]
    .map(([name, of]) => {
      const tokens = total(base.counts, of);
      return {
        name,
        pairs: of.length,
        tokens,
        base: total(base.nlls, of) / tokens,
        tuned: total(tuned.nlls, of) / tokens,
        difference: lossDifference(
          tuned,
          base,
          of,
          of.map((i) => pairs[i]!.path),
        ),
      };
    })
    .sort((a, b) => b.tokens - a.tokens);
}

/** Reports are stored and shown, so no example may contain a secret, from a file or from a model's output. */
export function isFitToKeep({ before, expected, base, tuned }: Example): boolean {
  return [expected, base, tuned].every((text) => ownFindings(before + text).length === 0);
}

const LINES_BEFORE = 4;

export function exampleOf({ path, kind, prefix, middle }: Pair, base: string, tuned: string): Example {
  const lines = prefix.split('\n');
  return {
    path,
    line: lines.length,
    kind,
    before: lines.slice(-LINES_BEFORE).join('\n'),
    expected: middle,
    base,
    tuned,
  };
}
