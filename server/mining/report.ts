import type { Dataset, FileVerdict, Pair } from './types.ts';

/** A table of counts by name, for people and for JSON. */
type Counts = Readonly<Record<string, number>>;

export interface MiningReport {
  readonly languages: Readonly<
    Record<string, { readonly files: number; readonly bytes: number; readonly pairs: number }>
  >;
  readonly filesTaken: number;
  readonly leftOut: Counts;
  readonly kinds: Readonly<
    Record<string, { readonly train: number; readonly heldOut: number; readonly medianBytes: number }>
  >;
  /** Estimated at 3.4 bytes per token, measured with the bundled tokenizer on code. */
  readonly middleTokens: { readonly train: number; readonly heldOut: number };
  readonly contextTokens: number;
  readonly duplicateFiles: number;
  readonly repeatedMiddles: number;
  /** Lines left out for a secret, and their share of all lines. */
  readonly secretLines: number;
  readonly secretLinesPercent: number;
  readonly heldOutDroppedPercent: number;
  readonly tooFewHeldOut: boolean;
}

/** With fewer held-out pairs, a difference between two adapters is noise. */
export const enoughHeldOut = 200;

const bytesPerToken = 3.4;

export function reportOf({ files, pairs, statistics }: Dataset): MiningReport {
  const taken = files.filter(({ verdict }) => verdict === 'taken');
  const inSplit = (split: Pair['split']) => pairs.filter((pair) => pair.split === split);
  const { heldOutBefore, heldOutAfter, repeated, secretLines } = statistics;
  return {
    languages: Object.fromEntries(
      [...Map.groupBy(taken, ({ language }) => language ?? '')].sort(bySize).map(([language, own]) => [
        language,
        {
          files: own.length,
          bytes: sum(own, ({ bytes }) => bytes),
          pairs: pairs.filter((pair) => pair.language === language).length,
        },
      ]),
    ),
    filesTaken: taken.length,
    leftOut: leftOutOf(files),
    kinds: Object.fromEntries(
      [...Map.groupBy(pairs, ({ kind }) => kind)].sort(bySize).map(([kind, own]) => [
        kind,
        {
          train: own.filter(({ split }) => split === 'train').length,
          heldOut: own.filter(({ split }) => split === 'held-out').length,
          medianBytes: median(own.map(({ startByte, endByte }) => endByte - startByte)),
        },
      ]),
    ),
    middleTokens: {
      train: Math.round(sum(inSplit('train'), ({ middle }) => middle.length) / bytesPerToken),
      heldOut: Math.round(sum(inSplit('held-out'), ({ middle }) => middle.length) / bytesPerToken),
    },
    contextTokens: Math.round(sum(pairs, ({ context }) => context.length) / bytesPerToken),
    duplicateFiles: files.filter(({ reason }) => reason?.includes('duplicate of')).length,
    repeatedMiddles: repeated,
    secretLines,
    secretLinesPercent: statistics.lines === 0 ? 0 : (100 * secretLines) / statistics.lines,
    tooFewHeldOut: inSplit('held-out').length < enoughHeldOut,
    heldOutDroppedPercent: heldOutBefore === 0 ? 0 : (100 * (heldOutBefore - heldOutAfter)) / heldOutBefore,
  };
}

/** How many files are left out for each reason, the commonest first. */
export function leftOutOf(files: readonly FileVerdict[]): Counts {
  const leftOut = files.filter(({ reason }) => reason !== undefined);
  const byReason = [...Map.groupBy(leftOut, ({ reason = '' }) => classOf(reason))].sort(bySize);
  return Object.fromEntries(byReason.map(([reason, own]) => [reason, own.length]));
}

/** The class of a reason, without the file it names (`duplicate of a.ts`). */
function classOf(reason: string): string {
  return reason.replace(/(duplicate) of .*/, '$1').replace(/^(failed): .*/, '$1');
}

function bySize<T>(a: readonly [unknown, readonly T[]], b: readonly [unknown, readonly T[]]): number {
  return b[1].length - a[1].length;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Pairs to read, spread evenly over the dataset. */
export function samplePairs(pairs: readonly Pair[], count: number): Pair[] {
  const step = Math.max(1, pairs.length / count);
  return Array.from({ length: Math.min(count, pairs.length) }, (_, i) => pairs[Math.floor(i * step)] as Pair);
}

/** A pair for people to read: the middle in brackets, with the text directly around it. */
export function showPair({ path, kind, split, prefix, middle, suffix, context }: Pair): string {
  const lines = (text: string) => text.split('\n').length;
  const above = prefix.split('\n').slice(-6).join('\n');
  const below = suffix.split('\n').slice(0, 4).join('\n');
  const behind = context === '' ? '' : `${context.replace(/^/gm, '  | ')}\n`;
  return `── ${path}:${lines(prefix)} ${kind} (${split})\n${behind}${above}⟦${middle}⟧${below}`;
}
