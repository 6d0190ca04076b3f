/** A run's results as figures: the silence threshold from one half of the places, everything else from the other, and the bars. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { grid } from '../../server/common/format.ts';
import { before } from '../../server/edits/change.ts';
import { similarity } from '../../server/evaluation/metrics.ts';
import type { EditPlace, Found } from './work.ts';

export const ARMS = ['base', 'tuned', 'other', 'repeat', 'once-more', 'copilot-like'] as const;
export type ArmName = (typeof ARMS)[number];

export interface Judged {
  readonly place: EditPlace;
  readonly found: Found;
}

export interface ArmFigures {
  readonly places: number;
  /** Places that need a change. */
  readonly changes: number;
  /** How many of their answers are exactly right, shown or not. */
  readonly exact: number;
  /** Share of `changes`. */
  readonly exactShare: number;
  /** The same for edits and for half-typed lines separately. */
  readonly exactEdits: number;
  readonly exactHalfTyped: number;
  /** Mean over `changes`, of the region after applying what is shown. */
  readonly similarity: number;
  readonly shown: number;
  readonly shownRight: number;
  /** Share of the places without a needed change where nothing is shown. */
  readonly noEditPrecision: number;
  /** Share of what is shown that undoes the newest change. */
  readonly reversal: number;
  readonly p50Ms: number;
  /** Processor time of the engine; an idle machine with two cores spends two seconds per second. */
  readonly p50CpuMs: number;
  /** Tokens written per forward pass of the model. */
  readonly tokensPerPass: number;
  readonly medianPromptTokens: number;
}

/** An edit is worth showing if it is right at least this often. */
const WORTH_SHOWING = 0.4;
const LEAST_NO_EDIT_PRECISION = 0.85;

/** The sureness from which showing pays off on these places; above all of them if too much would be shown where no change is needed. */
export function chooseSureness(judged: readonly Judged[]): number {
  let best = { sureness: 1.01, worth: 0 };
  for (const sureness of new Set(judged.map(({ found }) => found.sureness))) {
    const { shown, shownRight, noEditPrecision } = figuresOf(judged, sureness);
    if (noEditPrecision < LEAST_NO_EDIT_PRECISION) continue;
    const worth = (1 - WORTH_SHOWING) * shownRight - WORTH_SHOWING * (shown - shownRight);
    if (worth > best.worth || (worth === best.worth && sureness < best.sureness)) best = { sureness, worth };
  }
  return best.sureness;
}

export function figuresOf(judged: readonly Judged[], sureness: number): ArmFigures {
  const changes = judged.filter(({ place }) => place.kind !== 'no-edit');
  const nothing = judged.filter(({ place }) => place.kind === 'no-edit');
  const shown = judged.filter((one) => isShown(one, sureness));
  const exact = changes.filter(isExact);
  const shareExact = (kind: EditPlace['kind']): number =>
    share(
      exact.filter(({ place }) => place.kind === kind).length,
      changes.filter(({ place }) => place.kind === kind).length,
    );
  const asked = judged.filter(({ found }) => found.generatedTokens > 0).map(({ found }) => found);
  return {
    places: judged.length,
    changes: changes.length,
    exact: exact.length,
    exactShare: share(exact.length, changes.length),
    exactEdits: shareExact('edit'),
    exactHalfTyped: shareExact('half-typed'),
    similarity: share(total(changes.map((one) => similarityOf(one, sureness))), changes.length),
    shown: shown.length,
    shownRight: shown.filter(isExact).length,
    noEditPrecision: share(nothing.filter((one) => !isShown(one, sureness)).length, nothing.length),
    reversal: share(shown.filter(isReversal).length, shown.length),
    p50Ms: median(judged.map(({ found }) => found.ms).filter((ms) => ms > 0)),
    p50CpuMs: median(judged.map(({ found }) => found.cpuMs).filter((ms) => ms > 0)),
    tokensPerPass: share(total(asked.map((one) => one.generatedTokens)), total(asked.map(({ passes }) => passes))),
    medianPromptTokens: median(asked.map(({ promptTokens }) => promptTokens)),
  };
}

function regionOf({ situation: { lines, region } }: EditPlace): readonly string[] {
  return lines.slice(region.from, region.to);
}

function isShown({ place, found }: Judged, sureness: number): boolean {
  const { answer, silent } = found;
  return answer !== null && silent === '' && found.sureness >= sureness && !equal(answer, regionOf(place));
}

function isExact({ place, found: { answer } }: Judged): boolean {
  return answer !== null && equal(answer, place.updated);
}

/** Whether it restores the region to before the newest change of its file. */
function isReversal({ place: { situation }, found: { answer } }: Judged): boolean {
  const newest = situation.recent.filter(({ path }) => path === situation.path).slice(-1);
  return newest.length > 0 && answer !== null && equal(answer, before(situation.lines, situation.region, newest));
}

function similarityOf(one: Judged, sureness: number): number {
  const after = isShown(one, sureness) ? one.found.answer! : regionOf(one.place);
  return similarity(after.join('\n'), one.place.updated.join('\n'));
}

export interface RepositoryFigures {
  readonly repository: string;
  readonly arms: Readonly<Partial<Record<ArmName, ArmFigures>>>;
}

/** Over all repositories' places together, since each has few. Only what was measured has a bar. */
export function barsOf(arms: Readonly<Partial<Record<ArmName, ArmFigures>>>): Bar[] {
  const { base, tuned, repeat } = arms;
  if (tuned === undefined) return [];
  // If the other is never right, it counts as right once.
  const over = (other: ArmFigures): number => tuned.exact / Math.max(1, other.exact);
  return [
    ...(repeat ? [{ name: 'exact-over-repeat-last-change', value: over(repeat), op: '>=', bar: 1.5 } as const] : []),
    ...(base ? [{ name: 'exact-tuned-over-base', value: over(base), op: '>=', bar: 1.5 } as const] : []),
    { name: 'shown-right-percent', value: 100 * share(tuned.shownRight, tuned.shown), op: '>=', bar: 40 },
    { name: 'reversal-percent', value: 100 * (tuned.shown === 0 ? 0 : tuned.reversal), op: '<=', bar: 2 },
    { name: 'no-edit-precision-percent', value: 100 * tuned.noEditPrecision, op: '>=', bar: 85 },
    { name: 'p50-ms-two-cores', value: tuned.p50Ms, op: '<=', bar: 2500 },
    { name: 'tokens-per-pass', value: tuned.tokensPerPass, op: '>=', bar: 3 },
  ];
}

export function tableOf({ repository, arms }: RepositoryFigures): string {
  const header = [
    '',
    'exact',
    'edits',
    'half-typed',
    'similarity',
    'shown',
    'right',
    'nothing kept',
    'reversal',
    'ms',
    'CPU ms',
    'tokens/pass',
    'prompt',
  ];
  const rows = (Object.entries(arms) as [ArmName, ArmFigures][]).map(([name, one]) => [
    name,
    `${one.exact}/${one.changes}`,
    percent(one.exactEdits),
    percent(one.exactHalfTyped),
    one.similarity.toFixed(3),
    `${one.shown}/${one.places}`,
    percent(share(one.shownRight, one.shown)),
    percent(one.noEditPrecision),
    percent(one.reversal),
    one.p50Ms.toFixed(0),
    one.p50CpuMs.toFixed(0),
    Number.isNaN(one.tokensPerPass) ? '-' : one.tokensPerPass.toFixed(1),
    Number.isNaN(one.medianPromptTokens) ? '-' : String(one.medianPromptTokens),
  ]);
  return `${repository}\n${grid(header, rows)}`;
}

function percent(value: number): string {
  return Number.isNaN(value) ? '-' : `${(100 * value).toFixed(0)} %`;
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}

/** NaN if `whole` is 0. */
function share(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
