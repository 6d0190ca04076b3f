/** Typing places in code that no adapter has learned: in held-out files, and in what commits after the cut added. */
import { Random } from '../../server/common/random.ts';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Pair } from '../../server/mining/types.ts';

export type PlaceKind = 'line-end' | 'inside-line' | 'block' | 'body';

/** A pair whose middle is what was typed there; `set`: how it is separated from the training data. */
export interface UsefulPlace extends Pair {
  readonly placeKind: PlaceKind;
  readonly set: 'file' | 'time';
}

/** How often people pause for a suggestion: mostly within a line that they will finish, seldom where a whole body is missing. */
export const SHARES = {
  'line-end': 0.5,
  'inside-line': 0.22,
  block: 0.18,
  body: 0.1,
} as const satisfies Record<PlaceKind, number>;

const KIND_OF: Readonly<Record<string, PlaceKind>> = {
  'line-end': 'line-end',
  expression: 'inside-line',
  arguments: 'inside-line',
  block: 'block',
  statements: 'block',
  member: 'block',
  'after-comment': 'block',
  'function-body': 'body',
};
/** Shorter middles are not worth waiting for. */
const LEAST_CHARACTERS = 3;

/** `count` places, half from each set if there are enough; deterministic for given sets. */
export function drawPlaces(sets: MinedSets, count: number): UsefulPlace[] {
  const random = new Random('usefulness', sets.dataset.firstCommit);
  const byFile = sets.dataset.pairs.filter(({ split }) => split === 'held-out').flatMap((pair) => ofFile(pair));
  const later = (sets.byTime?.pairs ?? []).filter(({ split }) => split === 'held-out');
  const byTime = later.flatMap((pair) => ofCommit(pair, random));
  const fromTime = Math.min(byTime.length, Math.max(Math.floor(count / 2), count - byFile.length));
  // Shuffled, so that any prefix is as fair a draw as all.
  return random.shuffle([...inShares(byFile, count - fromTime, random), ...inShares(byTime, fromTime, random)]);
}

function ofFile(pair: Pair): UsefulPlace[] {
  const placeKind = KIND_OF[pair.kind];
  return placeKind === undefined || pair.middle.trim().length < LEAST_CHARACTERS
    ? []
    : [{ ...pair, placeKind, set: 'file' }];
}

/**
 * Places along an addition written from top to bottom: the part above exists, the part below does not yet. One at a line's end, one inside
 * a line whose end already exists (a call that gets another argument), and the whole of a longer addition.
 */
function ofCommit(pair: Pair, random: Random): UsefulPlace[] {
  const lines = [...pair.middle.matchAll(/^.*\S.*$/gm)].filter(([line]) => line.trim().length > 2 * LEAST_CHARACTERS);
  if (lines.length === 0) return [];
  const cut = (from: number, to: number, suffix: string, placeKind: PlaceKind): UsefulPlace => ({
    ...pair,
    prefix: pair.prefix + pair.middle.slice(0, from),
    middle: pair.middle.slice(from, to),
    suffix,
    startByte: pair.startByte + Buffer.byteLength(pair.middle.slice(0, from)),
    endByte: pair.startByte + Buffer.byteLength(pair.middle.slice(0, to)),
    placeKind,
    set: 'time',
  });
  const places: UsefulPlace[] = [];
  const some = lines[random.below(lines.length)]!;
  const [line] = some;
  const first = line.length - line.trimStart().length;
  const last = line.trimEnd().length;
  const column = tokenStart(line, first + random.below(last - first - LEAST_CHARACTERS + 1));
  places.push(cut(some.index + column, some.index + last, `\n${pair.suffix.replace(/^\n/, '')}`, 'line-end'));
  const call = /[([]([^()[\]]{3,60})[)\]]/.exec(line);
  if (call !== null) {
    const from = some.index + call.index + 1;
    const to = from + call[1]!.length;
    const rest = pair.middle.slice(to, some.index + line.length);
    places.push(cut(from, to, `${rest}\n${pair.suffix.replace(/^\n/, '')}`, 'inside-line'));
  }
  if (lines.length > 1) {
    const start = lines[0]!.index + (lines[0]![0].length - lines[0]![0].trimStart().length);
    places.push(cut(start, pair.middle.trimEnd().length, pair.suffix, lines.length > 4 ? 'body' : 'block'));
  }
  return places;
}

/** Half of the time people pause within a word: those columns stay as drawn; the others move to the start of a word. */
function tokenStart(line: string, column: number): number {
  let at = column;
  if (column % 2 === 0) while (at > 0 && /\w/.test(line[at]!) && /\w/.test(line[at - 1]!)) at--;
  return at;
}

function inShares(places: readonly UsefulPlace[], count: number, random: Random): UsefulPlace[] {
  const pools = Map.groupBy(random.shuffle(places), ({ placeKind }) => placeKind);
  const taken: UsefulPlace[] = [];
  for (const [kind, share] of Object.entries(SHARES) as [PlaceKind, number][])
    taken.push(...(pools.get(kind)?.splice(0, Math.round(share * count)) ?? []));
  // If a kind has too few, the others fill in.
  const left = random.shuffle([...pools.values()].flat());
  return random.shuffle([...taken, ...left.slice(0, Math.max(0, count - taken.length))].slice(0, count));
}
