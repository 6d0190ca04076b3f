/** The figures of one held-out set as rows of text, one column per model. Pure. */
import { grouped } from '../server/common/format.ts';
import type { Comparison, Contender, Group, HeldOutSet } from '../server/protocol/report.ts';
import { boundsOf, type Interval, signed } from './interval.ts';

type Places = NonNullable<Contender['completions']>;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const PLACES: readonly (readonly [string, (places: Places) => string])[] = [
  ['Exact match', ({ exact }) => percent(exact)],
  ['First line match', ({ firstLine }) => percent(firstLine)],
  ['Edit similarity', ({ editSimilarity }) => percent(editSimilarity)],
  ['Valid syntax', ({ syntaxValid }) => (syntaxValid === null ? '–' : percent(syntaxValid))],
  ['Median latency', ({ medianLatencyMs }) => `${Math.round(medianLatencyMs)} ms`],
];

/** Of fewer, a share in percent is chance: one place gives 0.0 % or 100.0 %. */
const FEWEST_PLACES = 5;

/** Whether places were completed, but too few for figures. */
export function tooFewPlaces({ base, tuned, active }: HeldOutSet): boolean {
  const measured = [base, tuned, active].flatMap((model) => model?.completions?.places ?? []);
  return measured.length > 0 && Math.max(...measured) < FEWEST_PLACES;
}

export function reportHeader({ active }: HeldOutSet): string[] {
  return ['', 'Base', 'Tuned', ...(active === null ? [] : ['Previously active'])];
}

/** Rows of a name and one cell per model; completion rows only if enough places were completed. */
export function reportRows(set: HeldOutSet): string[][] {
  const { base, tuned, active } = set;
  const models = active === null ? [base, tuned] : [base, tuned, active];
  const completed = PLACES.map(([name, cell]) => [
    name,
    ...models.map(({ completions }) => (completions === null ? '–' : cell(completions))),
  ]);
  return [
    ['Loss', ...models.map(({ loss }) => loss.toFixed(3))],
    ['Top-1 accuracy', ...models.map(({ top1 }) => percent(top1))],
    ...(models.every(({ completions }) => completions === null) || tooFewPlaces(set) ? [] : completed),
  ];
}

/** Each figure's difference from another model: name, mean, 95 % interval. */
export function differenceRows({ loss, exact, completions }: Comparison): string[][] {
  const points = (share: number): string => `${signed(100 * share, 1)} points`;
  const rows: [string, Interval | null, (value: number) => string][] = [
    ['Loss', loss, (value) => signed(value)],
    ['Exact match', exact, points],
    ['First line match', completions?.firstLine ?? null, points],
    ['Edit similarity', completions?.editSimilarity ?? null, points],
    ['Valid syntax', completions?.syntaxValid ?? null, points],
    ['Latency', completions?.latencyMs ?? null, (value) => `${signed(value, 1)} ms`],
  ];
  return rows.flatMap(([name, found, show]) =>
    found === null ? [] : [[name, show(found.mean), boundsOf(found, show)]],
  );
}

export function groupRow({ name, pairs, base, tuned, difference }: Group): string[] {
  return [
    name,
    grouped(pairs),
    base.toFixed(3),
    tuned.toFixed(3),
    difference === null ? '–' : boundsOf(difference, signed),
  ];
}
