/** The person's earlier changes, repeated near the cursor or where they match again: without a model, and at once. */
import { changeBetween, type LineChange, type LineSpan } from '../edits/change.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import type { Followed } from './byRule.ts';
import { carriedOn } from './carriedOn.ts';
import { LEAST_CHANCE } from './chance.ts';
import type { MembersRenamed } from './declaredMember.ts';
import { reasonAgainst } from './filters/index.ts';

export interface OnceMore extends Followed {
  readonly chance: number;
}

export interface OnceMoreOptions {
  readonly syntax: SyntaxReader | null;
  /** The recent changes that may be repeated. */
  readonly repeatable: readonly LineChange[];
  readonly membersRenamed?: MembersRenamed;
  isWanted(change: LineChange): boolean;
}

/** For each region with something worth showing, in their order. */
export function doneOnceMore(
  file: Omit<EditSituation, 'region'>,
  regions: readonly LineSpan[],
  { syntax, repeatable, membersRenamed, isWanted }: OnceMoreOptions,
): OnceMore[] {
  const { path, lines } = file;
  return regions.flatMap((region): OnceMore[] => {
    const situation = { ...file, region };
    const [guess] = carriedOn(situation, repeatable);
    if (guess === undefined || guess.chance < LEAST_CHANCE) return [];
    const { answer, chance } = guess;
    const change = changeBetween(path, region.from, lines.slice(region.from, region.to), answer);
    if (change === null || !isWanted(change)) return [];
    const judging = { situation, answer, syntax, membersRenamed, sureness: 1, leastSureness: 0 };
    if (reasonAgainst(change, judging) !== null) return [];
    return [{ change, chance, why: `done once more (right in ${Math.round(100 * chance)} of 100 cases)` }];
  });
}
