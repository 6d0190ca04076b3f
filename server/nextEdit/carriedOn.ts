/** The person's newest changes repeated in a region: plain guesses, likeliest first, for a model to weigh. Pure. */
import { asMadeLast, type LineChange } from '../edits/change.ts';
import { madeAgain } from '../edits/madeAgain.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import { replacementIn } from '../edits/replacement.ts';
import type { EditSituation } from '../edits/situation.ts';
import { chanceOf, type GuessFacts } from './chance.ts';
import { renamesDeclaration } from './renamed.ts';

export interface Guess {
  /** The region's lines. */
  readonly answer: readonly string[];
  /** Probability that the region becomes exactly that. */
  readonly chance: number;
}

/** Older changes are done with. */
const LOOKED_BACK = 8;
/** A model must read a region for each. */
const MOST = 3;

/** Empty if nothing can be repeated. `repeatable`: the recent changes that may be repeated; default all. */
export function carriedOn(situation: EditSituation, repeatable?: readonly LineChange[]): Guess[] {
  return guessesOf(situation, repeatable)
    .map(({ answer, facts }) => ({ answer, chance: chanceOf(facts) }))
    .sort((a, b) => b.chance - a.chance)
    .slice(0, MOST);
}

export interface GuessWithFacts {
  readonly answer: readonly string[];
  readonly facts: GuessFacts;
}

type OneFacts = Omit<GuessFacts, 'agreeing' | 'bothWays' | 'rivals'>;

interface Found {
  readonly answer: readonly string[];
  readonly facts: OneFacts;
  /** Ages of the changes that lead to it. */
  readonly ages: Set<number>;
  readonly ways: Set<boolean>;
}

/** All guesses, with the facts that determine their chance. */
export function guessesOf(
  { path, lines, region, recent }: EditSituation,
  repeatable: readonly LineChange[] = recent,
): GuessWithFacts[] {
  const now = lines.slice(region.from, region.to);
  const found = new Map<string, Found>();
  const add = (answer: readonly string[], facts: OneFacts): void => {
    // Deleting a whole region is never proposed (filters/deletesAll.ts).
    if (answer.every((line) => line.trim() === '') || renamesDeclaration(now, answer)) return;
    const text = answer.join('\n');
    const one = found.get(text) ?? { answer, facts, ages: new Set(), ways: new Set() };
    one.ages.add(facts.age);
    one.ways.add(facts.likeness === null);
    found.set(text, one);
  };
  const may = new Set(repeatable);
  // Insertions are found by the lines around them: at their current places, not those before later changes.
  const made = asMadeLast(recent).map((last, i) => last ?? recent[i]!);
  const back = made
    .filter((_, i) => may.has(recent[i]!))
    .slice(-LOOKED_BACK)
    .toReversed();
  const newest = back[0];
  const hasNewest =
    newest !== undefined && newest.path === path && newest.line >= region.from - 1 && newest.line <= region.to;
  const factsOf = (change: LineChange, age: number, answer: readonly string[], likeness: number | null): OneFacts => ({
    age,
    likeness,
    isNear: change.path === path && Math.abs(change.line - (region.from + region.to) / 2) < NEAR_LINES,
    isName: replacementIn(change.before, change.after) !== null,
    changedLines: changedLines(now, answer),
    hasNewest,
  });
  // Verbatim matches first: of two ways to the same answer, that is the one recorded.
  for (const [age, change] of back.entries()) {
    const answer = repeatLastChange(lines, region, hereOf(change, path, lines.length));
    if (answer !== null) add(answer, factsOf(change, age, answer, null));
  }
  for (const [age, change] of back.entries())
    for (const { answer, likeness } of madeAgain(lines, region, change, change.path === path))
      add(answer, factsOf(change, age, answer, likeness));
  found.delete(now.join('\n'));
  const rivals = found.size;
  return [...found.values()].map(({ answer, facts, ages, ways }) => ({
    answer,
    facts: { ...facts, agreeing: ages.size, bothWays: ways.size > 1, rivals },
  }));
}

const NEAR_LINES = 12;

/** A change in another file touches no line of this one. */
function hereOf(change: LineChange, path: string, lineCount: number): LineChange {
  return change.path === path ? change : { ...change, line: lineCount };
}

/** Lines removed plus lines added. */
function changedLines(now: readonly string[], answer: readonly string[]): number {
  const kept = new Set(now);
  const come = answer.filter((line) => !kept.has(line)).length;
  const stays = new Set(answer);
  return come + now.filter((line) => !stays.has(line)).length;
}
