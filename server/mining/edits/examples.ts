/** Turns a commit's steps into training examples: situations, and what the region becomes. Pure. */

import type { Random } from '../../common/random.ts';
import { applied, type LineChange, type LineSpan } from '../../edits/change.ts';
import { replacementIn } from '../../edits/replacement.ts';
import { type EditSituation, REGION, regionAround } from '../../edits/situation.ts';
import { mostlyProse } from '../history.ts';
import { halfTyped } from './halfTyped.ts';
import { type Moment, momentAfter, type Partly } from './moments.ts';
import { namesIn } from './names.ts';
import type { Sequence, Step } from './steps.ts';

/** `edit`: the next change; `half-typed`: the rest of the newest one; `no-edit`: nothing to do there. */
export type EditKind = 'edit' | 'half-typed' | 'no-edit';

export interface EditExample {
  readonly situation: EditSituation;
  /** The region's lines as they should be. */
  readonly updated: readonly string[];
  readonly kind: EditKind;
  readonly commit: string;
  readonly path: string;
}

export type Found = Omit<EditExample, 'commit' | 'path'>;

/** Longer changes, and those that add many lines, are new writing, which nobody could guess. */
const MOST_LINES = 12;
const MOST_LINES_MORE = 4;
const MOST_UPDATED_CHARS = 900;
/** A larger commit would repeat the same too often. */
const MOST_EXAMPLES = 8;
const TRIES = 3;
/** Shares of the kinds if all are available. */
export const SHARES = { edit: 0.5, 'half-typed': 0.28, 'no-edit': 0.22 } as const satisfies Record<EditKind, number>;
/** Weight of steps that continue an earlier replacement, the edits most often guessed. */
const CARRIED_ON = 3;
/** Share of `no-edit` examples at places that still have what was just replaced. */
const LEFT_AS_IT_WAS = 0.3;
/** Share of cursors at the change itself; the others are merely near. */
const AT_THE_CHANGE = 0.7;

/** Examples of a commit; how many depends on its number of steps. */
export function examplesOf(sequence: Sequence, random: Random): Found[] {
  const { steps } = sequence;
  const wanted = Math.min(MOST_EXAMPLES, 1 + steps.length);
  const examples = new Map<string, Found>();
  const weights = carriedOn(sequence).map((again) => (again ? CARRIED_ON : 1));
  for (let i = 0; i < wanted; i++) {
    const kind = kindFor(random.next());
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const count = random.weighted(weights);
      const found = MAKERS[kind](sequence, count, random);
      if (found === null) continue;
      examples.set(`${kind} ${count}`, found);
      break;
    }
  }
  return [...examples.values()];
}

function kindFor(drawn: number): EditKind {
  if (drawn < SHARES.edit) return 'edit';
  return drawn < SHARES.edit + SHARES['half-typed'] ? 'half-typed' : 'no-edit';
}

/** [steps] whether a step repeats the replacement of an earlier one. */
function carriedOn({ steps }: Sequence): boolean[] {
  const seen = new Set<string>();
  return steps.map(({ before, after }) => {
    const replacement = replacementIn(before, after);
    const again = replacement !== null && seen.has(replacement);
    if (replacement !== null) seen.add(replacement);
    return again;
  });
}

/** Each makes an example from a sequence and a number of steps; null if there is none. */
const MAKERS: Readonly<Record<EditKind, (sequence: Sequence, count: number, random: Random) => Found | null>> = {
  edit: nextEdit,
  'half-typed': restOfLine,
  'no-edit': nothingToDo,
};

/** The steps before the drawn one are done. */
function nextEdit(sequence: Sequence, count: number, random: Random): Found | null {
  return nextEditAt(momentAfter(sequence, count), random);
}

/** The first change left follows from the last one done. */
export function nextEditAt(moment: Moment, random: Random): Found | null {
  const last = moment.recent.at(-1);
  const next = moment.left[0];
  if (last === undefined || next === undefined || isTooLong(next) || isTalk(next)) return null;
  const lineCount = moment.lines(next.path).length;
  const here = last.path === next.path ? regionAround(endOf(last), lineCount) : null;
  if (here !== null && holds(here, next, lineCount)) return madeOf('edit', moment, next.path, here);
  // Range of cursor lines for which the region contains the whole change.
  const [low, high] = [next.line + next.before.length - 1 - REGION.below, next.line + REGION.above];
  const cursor =
    random.next() < AT_THE_CHANGE
      ? next.line
      : Math.max(0, low) + random.below(Math.max(1, high - Math.max(0, low) + 1));
  const region = regionAround(Math.min(cursor, lineCount - 1), lineCount);
  return holds(region, next, lineCount) ? madeOf('edit', moment, next.path, region) : null;
}

function restOfLine(sequence: Sequence, count: number, random: Random): Found | null {
  const step = sequence.steps[count]!;
  const partly = halfOf(step, random);
  if (partly === null) return null;
  return restAt(momentAfter(sequence, count, partly));
}

export function halfOf(step: Step, random: Random): Partly | null {
  return step.after.length > MOST_LINES || isTalk(step) ? null : halfTyped(step, random);
}

/** The first change left is the rest of the last one done. */
export function restAt(moment: Moment): Found | null {
  const [rest] = moment.left;
  const lineCount = moment.lines(rest!.path).length;
  const region = regionAround(rest!.line, lineCount);
  return holds(region, rest!, lineCount) ? madeOf('half-typed', moment, rest!.path, region) : null;
}

/** The drawn step is done too, and the commit changed nothing more near it, or where the old name occurs. */
function nothingToDo(sequence: Sequence, count: number, random: Random): Found | null {
  return nothingToDoAt(momentAfter(sequence, count + 1), random);
}

export function nothingToDoAt(moment: Moment, random: Random): Found | null {
  const last = moment.recent.at(-1)!;
  const lines = moment.lines(last.path);
  if (lines.length === 0) return null;
  const places = random.next() < LEFT_AS_IT_WAS ? placesOfOld(lines, last) : [];
  const cursor = places.length > 0 ? places[random.below(places.length)]! : endOf(last);
  const region = regionAround(Math.min(cursor, lines.length - 1), lines.length);
  const later = moment.left.some((step) => step.path === last.path && touches(region, step));
  return later ? null : madeOf('no-edit', moment, last.path, region);
}

/** Lines with a name that the change removed. */
function placesOfOld(lines: readonly string[], { before, after }: LineChange): number[] {
  const kept = new Set(namesIn(after));
  const gone = namesIn(before).filter((name) => !kept.has(name));
  if (gone.length === 0) return [];
  return [...lines.keys()].filter((i) => gone.some((name) => lines[i]!.includes(name)));
}

/** Applies all changes left within the region; null if one crosses its edge, or it would become too long. */
function madeOf(kind: EditKind, moment: Moment, path: string, region: LineSpan): Found | null {
  const lines = moment.lines(path);
  const here = moment.left.filter((step) => step.path === path && touches(region, step));
  if (!here.every((step) => holds(region, step, lines.length) && !isTooLong(step))) return null;
  const after = here
    .toSorted((a, b) => b.line - a.line)
    .reduce<readonly string[]>((made, change) => applied(made, change), lines);
  const updated = after.slice(region.from, region.to + after.length - lines.length);
  const length = updated.reduce((sum, line) => sum + line.length + 1, 0);
  if (length > MOST_UPDATED_CHARS) return null;
  return { kind, situation: { path, lines, region, recent: moment.recent, related: [] }, updated };
}

function isTooLong({ before, after }: Pick<LineChange, 'before' | 'after'>): boolean {
  return before.length > MOST_LINES || after.length > MOST_LINES || after.length - before.length > MOST_LINES_MORE;
}

/** Text in comments follows from no other change. */
function isTalk({ path, before, after }: Pick<LineChange, 'path' | 'before' | 'after'>): boolean {
  return mostlyProse(after.length > 0 ? after : before, path) && replacementIn(before, after) === null;
}

/** The last line written; after a deletion, the line that took its place. */
function endOf({ line, after }: LineChange): number {
  return line + Math.max(0, after.length - 1);
}

/** Whether the change lies in the region, not at its edge: a line inserted there could count as outside. */
function holds({ from, to }: LineSpan, { line, before }: LineChange, lineCount: number): boolean {
  if (before.length > 0) return line >= from && line + before.length <= to;
  return (line > from || from === 0) && (line < to || to === lineCount);
}

function touches({ from, to }: LineSpan, { line, before }: LineChange): boolean {
  return line <= to && line + before.length >= from;
}
