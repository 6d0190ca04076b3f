/** A run's results as figures: per arm, each against the base on the same places, and the bars. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { randomFrom } from '../../server/common/random.ts';
import { costOf, type Writer, worthShowing } from '../../server/completion/worth.ts';
import { bootstrapRatio } from '../../server/evaluation/bootstrap.ts';
import { shownBy } from '../shownBy.ts';
import type { ArmName } from './arms.ts';
import type { Found } from './work.ts';

/** Difference from base on the same places, with its 95 % interval (paired bootstrap, by file where files are known). */
export interface Over {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface ArmFigures {
  readonly places: number;
  readonly offered: number;
  /** Share of all places; nothing offered counts as wrong, and keeps no character. */
  readonly exactFirstLine: number;
  readonly exact: number;
  readonly editSimilarity: number;
  readonly keptPerPlace: number;
  /** See {@link savedKeys}; less than 0 where reading costs more than is kept. */
  readonly savedPerPlace: number;
  /** Share of those offered whose syntax can be judged. */
  readonly syntaxValid: number | null;
  /** Of all that was scored. */
  readonly nats: number;
  /** At places whose text was scored to its end; at all, where ends are not known. */
  readonly natsPerByte: number;
  /** Without the part that is knowing where the text ends, which a suggestion that is cut at the line needs less; null where unknown. */
  readonly natsPerByteOfText: number | null;
  /** Share of those offered whose first line is right. */
  readonly shownAndRight: number;
  readonly medianPromptTokens: number;
  readonly over: Readonly<
    Record<'exactFirstLine' | 'exact' | 'editSimilarity' | 'keptPerPlace' | 'savedPerPlace' | 'natsPerByte', Over>
  > | null;
}

/** As an editor shows it unasked: what is not worth reading is suppressed, or all but its first line. */
export function asShown(found: Found, writer: Writer): Found {
  const { confidence, text, alone } = found;
  const shown = confidence === null ? null : worthShowing({ writer, confidence, text }, alone !== null);
  if (shown === text) return found;
  if (shown !== null) return { ...found, ...alone, text: shown, kept: Math.min(found.kept, shown.length) };
  return { ...found, text: '', exact: false, firstLine: false, similarity: 0, kept: 0, syntaxValid: null };
}

const METRICS = {
  exactFirstLine: (one: Found) => Number(one.firstLine),
  exact: (one: Found) => Number(one.exact),
  editSimilarity: (one: Found) => one.similarity,
  keptPerPlace: (one: Found) => one.kept,
  savedPerPlace: savedKeys,
} as const;

/**
 * Keys saved by what is shown, less the cost of reading it, by which the editor decides what is worth showing. Characters kept of a line
 * that is wrong save nothing: it would have to be mended.
 */
export function savedKeys({ text, firstLine, kept }: Pick<Found, 'text' | 'firstLine' | 'kept'>): number {
  return text === '' ? 0 : (firstLine ? kept : 0) - costOf(text);
}

/** What an arm found. */
export interface ArmFound {
  readonly writer: Writer;
  readonly found: readonly Found[];
}

export type ArmsFound = Readonly<Partial<Record<ArmName, ArmFound>>>;

/** Every arm against the base, if that was run. */
export function figuresOfAll(found: ArmsFound): RepositoryFigures['arms'] {
  const base = found.base ?? null;
  const arms = Object.entries(found) as [ArmName, ArmFound][];
  const whole = scoredWhole(arms.map(([, arm]) => arm));
  return Object.fromEntries(arms.map(([name, arm]) => [name, figuresOf(arm, name === 'base' ? null : base, whole)]));
}

/** Pools the places of several repositories, for the arms that all of them have. */
export function together(repositories: readonly ArmsFound[]): ArmsFound {
  const [first = {}, ...others] = repositories;
  const arms = (Object.entries(first) as [ArmName, ArmFound][]).flatMap(([name, { writer, found }]) => {
    const more = others.map((one) => one[name]);
    if (!more.every((one) => one !== undefined)) return [];
    return [[name, { writer, found: [found, ...more.map((one) => one.found)].flatMap(withFilesOfOwn) }] as const];
  });
  return Object.fromEntries(arms);
}

/** Files of several repositories keep different numbers. */
function withFilesOfOwn(found: readonly Found[], repository: number): Found[] {
  return found.map((one) => (one.file === null ? one : { ...one, file: one.file + repository * MOST_FILES }));
}

const MOST_FILES = 1e6;

/**
 * Whether the text of each place was scored to its end in all of these arms. One that was cut has no end, and not all of its bytes were
 * scored. Where most have none, as in earlier versions' results, all count as whole.
 */
function scoredWhole(arms: readonly ArmFound[]): readonly boolean[] {
  const [first, ...others] = arms;
  const known = (first?.found ?? []).map(
    ({ end }, i) => end !== null && others.every(({ found }) => found[i]!.end !== null),
  );
  return 2 * known.filter(Boolean).length < known.length ? known.map(() => true) : known;
}

/** `base`: on the same places, in the same order; null for the base itself. `whole`: see {@link scoredWhole}. */
export function figuresOf(
  arm: ArmFound,
  base: ArmFound | null,
  whole: readonly boolean[] = scoredWhole(base === null ? [arm] : [arm, base]),
): ArmFigures {
  const all = arm.found;
  const scored = all.filter((_, i) => whole[i]);
  const shown = shownOf(arm);
  const mean = (value: (one: Found) => number): number => total(shown.map(value)) / Math.max(1, shown.length);
  const offered = shown.filter(({ text }) => text !== '');
  const judged = offered.flatMap(({ syntaxValid }) => (syntaxValid === null ? [] : [Number(syntaxValid)]));
  const prompts = all.map(({ promptTokens }) => promptTokens).toSorted((a, b) => a - b);
  return {
    places: all.length,
    offered: offered.length,
    exactFirstLine: mean(METRICS.exactFirstLine),
    exact: mean(METRICS.exact),
    editSimilarity: mean(METRICS.editSimilarity),
    keptPerPlace: mean(METRICS.keptPerPlace),
    savedPerPlace: mean(METRICS.savedPerPlace),
    syntaxValid: judged.length === 0 ? null : total(judged) / judged.length,
    nats: total(all.map(({ nll }) => nll)),
    natsPerByte: total(scored.map(({ nll }) => nll)) / total(scored.map(({ bytes }) => bytes)),
    natsPerByteOfText: ofText(scored),
    shownAndRight: offered.length === 0 ? Number.NaN : total(offered.map(METRICS.exactFirstLine)) / offered.length,
    medianPromptTokens: prompts[Math.floor(prompts.length / 2)] ?? 0,
    over: base === null ? null : overBase(all, shown, base, whole),
  };
}

function ofText(scored: readonly Found[]): number | null {
  const known = scored.filter(({ end }) => end !== null);
  if (known.length < scored.length / 2) return null;
  return total(known.map(({ nll, end }) => nll - end!)) / total(known.map(({ bytes }) => bytes));
}

function shownOf({ writer, found }: ArmFound): Found[] {
  return found.map((one) => asShown(one, writer));
}

function overBase(
  all: readonly Found[],
  shown: readonly Found[],
  base: ArmFound,
  whole: readonly boolean[],
): NonNullable<ArmFigures['over']> {
  const others = shownOf(base);
  const of = (value: (one: Found) => number, stream: number): Over =>
    byFile(
      shown.map((one, i) => ({ file: one.file, above: value(one) - value(others[i]!), below: 1 })),
      stream,
    );
  return {
    exactFirstLine: of(METRICS.exactFirstLine, 1),
    exact: of(METRICS.exact, 2),
    editSimilarity: of(METRICS.editSimilarity, 3),
    keptPerPlace: of(METRICS.keptPerPlace, 4),
    savedPerPlace: of(METRICS.savedPerPlace, 6),
    natsPerByte: byFile(
      all.flatMap(({ file, nll, bytes }, i) =>
        whole[i] ? [{ file, above: nll - base.found[i]!.nll, below: bytes }] : [],
      ),
      5,
    ),
  };
}

interface Term {
  readonly file: number | null;
  readonly above: number;
  readonly below: number;
}

/** Places of one file are alike: they are drawn together, as in the product's own comparison (server/evaluation/compare.ts). */
function byFile(terms: readonly Term[], stream: number): Over {
  const groups = Map.groupBy(terms, ({ file }, i) => file ?? -1 - i);
  const sums = [...groups.values()].map((group) => ({
    above: total(group.map(({ above }) => above)),
    below: total(group.map(({ below }) => below)),
  }));
  return bootstrapRatio(
    sums.map(({ above }) => above),
    sums.map(({ below }) => below),
    randomFrom('usefulness', stream),
  );
}

export interface RepositoryFigures {
  readonly repository: string;
  readonly arms: Readonly<Partial<Record<ArmName, ArmFigures>>>;
  /** Whether the product's gate lets the adapter serve. */
  readonly activated: boolean | null;
}

/**
 * Means over the repositories, for the adapter as served by default (without other files' context); only what was measured has a bar. Losses
 * are compared over all that was scored, which is the same in every arm.
 */
export function barsOf(repositories: readonly RepositoryFigures[]): Bar[] {
  const bars: Bar[] = [];
  const add = <A extends ArmName>(
    name: string,
    arms: readonly A[],
    value: (arms: Readonly<Record<A, ArmFigures>>) => number,
    limit: number,
  ): void => {
    if (!repositories.every((one) => arms.every((arm) => one.arms[arm] !== undefined))) return;
    const values = repositories.map((one) => value(one.arms as Readonly<Record<A, ArmFigures>>));
    bars.push({ name, value: total(values) / values.length, op: '>=', bar: limit });
  };
  const both = ['tuned', 'base'] as const;
  add('characters-kept-over-base', both, ({ tuned, base }) => tuned.keptPerPlace / base.keptPerPlace, 1.25);
  add('exact-first-line-over-base', both, ({ tuned, base }) => tuned.exactFirstLine / base.exactFirstLine, 1.2);
  add('nats-a-byte-fall-percent', both, ({ tuned, base }) => 100 * (1 - tuned.nats / base.nats), 8);
  add(
    'own-minus-other-adapter-nats-percent',
    [...both, 'other'],
    ({ tuned, other, base }) => (100 * (other.nats - tuned.nats)) / base.nats,
    3,
  );
  const isJudged = ({ arms: { tuned, base }, activated }: RepositoryFigures): boolean =>
    activated !== null && tuned !== undefined && base !== undefined;
  if (repositories.every(isJudged)) {
    const worse = repositories.filter(isWorseAndActivated).length;
    bars.push({ name: 'worse-than-base-activated', value: shownBy(repositories.length, worse), op: '<=', bar: 0 });
  }
  add('shown-and-right-percent', ['tuned'], ({ tuned }) => 100 * tuned.shownAndRight, 35);
  return bars;
}

/** Significantly worse, by characters kept or by loss. */
function isWorseAndActivated({ arms: { tuned }, activated }: RepositoryFigures): boolean {
  const over = tuned?.over;
  return activated === true && over != null && (over.keptPerPlace.high < 0 || over.natsPerByte.low > 0);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
