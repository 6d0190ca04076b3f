/** What the person did before, done once more near the cursor or where it stands again: without a model, and at once. */
import { changeBetween, type LineChange, type LineSpan } from '../edits/change.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import type { Followed } from './byRule.ts';
import { carriedOn } from './carriedOn.ts';
import { reasonAgainst } from './filters/index.ts';

export interface OnceMoreOptions {
  /** Chance from which on it is proposed. */
  readonly least: number;
  readonly syntax: SyntaxReader | null;
  /** Of the recent changes, those that may be made again. */
  readonly repeatable: readonly LineChange[];
  isWanted(change: LineChange): boolean;
}

/** In the first of the regions that has something; null where none has. */
export function doneOnceMore(
  file: Omit<EditSituation, 'region'>,
  regions: readonly LineSpan[],
  { least, syntax, repeatable, isWanted }: OnceMoreOptions,
): Followed | null {
  const { path, lines } = file;
  for (const region of regions) {
    const situation = { ...file, region };
    const [guess] = carriedOn({ ...situation, recent: repeatable });
    if (guess === undefined || guess.chance < least) continue;
    const { answer, chance } = guess;
    const change = changeBetween(path, region.from, lines.slice(region.from, region.to), answer);
    if (change === null || !isWanted(change)) continue;
    const judging = { situation, answer, syntax, sureness: 1, leastSureness: 0 };
    if (reasonAgainst(change, judging) === null)
      return { change, why: `done once more (right in ${Math.round(100 * chance)} of 100 cases)` };
  }
  return null;
}
