/** The results of one run of `bench -- teach`, and the tables over several. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { grid } from '../../server/common/format.ts';
import { randomFrom } from '../../server/common/random.ts';
import { bootstrapRatio } from '../../server/evaluation/bootstrap.ts';
import { median } from '../complete/statistics.ts';
import { type VariantName, variants } from './variants.ts';

const measuredPair = z.object({
  /** Identifies the pair, consistently across runs of a repository. */
  place: z.string(),
  heldOut: z.enum(['file', 'time']),
  kind: z.string(),
  /** Negative log probability of the middle, in nats, and its tokens. */
  nll: z.number(),
  tokens: z.number(),
  /** Whether the completion matched the original; null if none was requested. */
  exact: z.boolean().nullable(),
});
export const measuredRun = z.object({
  repository: z.string(),
  variant: z.enum(Object.keys(variants) as [VariantName, ...VariantName[]]),
  trainTokens: z.number(),
  trainPairs: z.number(),
  seconds: z.number(),
  pairs: z.array(measuredPair),
});
export type MeasuredPair = z.infer<typeof measuredPair>;
export type MeasuredRun = z.infer<typeof measuredRun>;

export function readRuns(files: readonly string[]): MeasuredRun[] {
  return files.map((file) => measuredRun.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

/**
 * Three tables. By option: loss on held-out files and on what newer commits added, with the 95 % interval of the difference from
 * plain syntax pairs on the same places (paired bootstrap), and exact matches. By kind of pair and option: loss, and exact matches.
 */
export function tablesOf(runs: readonly MeasuredRun[]): string {
  const names = (Object.keys(variants) as VariantName[]).filter((name) => runs.some(({ variant }) => variant === name));
  const byOption = names.map((name) => [
    name,
    ...(['file', 'time'] as const).flatMap((heldOut) => {
      const own = pairsOf(runs, name, heldOut);
      return [lossOf(own).toFixed(4), difference(own, pairsOf(runs, 'syntax', heldOut)), exactOf(own)];
    }),
  ]);
  const kinds = [...new Set(runs.flatMap(({ pairs }) => pairs.map(({ kind }) => kind)))].sort();
  const byKind = (cell: (pairs: readonly Placed[]) => string): string[][] =>
    kinds.map((kind) => {
      const cells = names.map((name) => pairsOf(runs, name).filter((pair) => pair.kind === kind));
      return [kind, String(cells[0]?.length ?? 0), ...cells.map(cell)];
    });
  const head = ['loss', 'against syntax', 'exact'];
  const tokens = median(runs.map(({ trainTokens }) => trainTokens).filter(Boolean)) || 0;
  return [
    `${new Set(runs.map(({ repository }) => repository)).size} repositories, ${Math.round(tokens / 1000)}k training tokens each`,
    grid(['pairs', ...head.map((name) => `files: ${name}`), ...head.map((name) => `commits: ${name}`)], byOption),
    `Loss by kind of pair\n${grid(
      ['kind', 'held out', ...names],
      byKind((pairs) => lossOf(pairs).toFixed(3)),
    )}`,
    `Exact matches by kind of pair\n${grid(['kind', 'held out', ...names], byKind(exactOf))}`,
  ].join('\n\n');
}

type Placed = MeasuredPair & { readonly repository: string };

function pairsOf(runs: readonly MeasuredRun[], variant: VariantName, heldOut?: MeasuredPair['heldOut']): Placed[] {
  return runs
    .filter((run) => run.variant === variant)
    .flatMap(({ repository, pairs }) => pairs.map((pair) => ({ ...pair, repository })))
    .filter((pair) => heldOut === undefined || pair.heldOut === heldOut);
}

function lossOf(pairs: readonly MeasuredPair[]): number {
  return sum(pairs.map(({ nll }) => nll)) / sum(pairs.map(({ tokens }) => tokens));
}

function difference(own: readonly Placed[], others: readonly Placed[]): string {
  const keyOf = ({ repository, heldOut, place }: Placed): string => `${repository} ${heldOut} ${place}`;
  const known = new Map(others.map((pair) => [keyOf(pair), pair]));
  const both = own.flatMap((pair) => {
    const other = known.get(keyOf(pair));
    return other ? [{ change: pair.nll - other.nll, tokens: pair.tokens }] : [];
  });
  if (both.length < 2 || both.every(({ change }) => change === 0)) return '';
  const { mean, low, high } = bootstrapRatio(
    both.map(({ change }) => change),
    both.map(({ tokens }) => tokens),
    randomFrom(1, 0x7eac),
  );
  return `${signed(mean)} [${signed(low)}, ${signed(high)}]`;
}

function exactOf(pairs: readonly MeasuredPair[]): string {
  const asked = pairs.filter(({ exact }) => exact !== null);
  return asked.length === 0 ? '' : `${asked.filter(({ exact }) => exact).length} of ${asked.length}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
