/** The person's newest changes made once more in a region: plain guesses, which a model weighs against leaving it alone. Pure. */
import type { LineChange } from '../edits/change.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import type { EditSituation } from '../edits/situation.ts';

/** Older ones are over and done with. */
const LOOKED_BACK = 8;
/** Each costs as much reading as the region is long. */
const MOST = 3;

/** The region's lines, once for each change that can be made in it, the newest first; none where nothing can be repeated. */
export function carriedOn({ path, lines, region, recent }: EditSituation): string[][] {
  const found = new Map<string, string[]>();
  for (const change of recent.slice(-LOOKED_BACK).toReversed()) {
    const answer = repeatLastChange(lines, region, hereOf(change, path, lines.length));
    // A region that goes as a whole is proposed by nobody (filters/deletesAll.ts).
    if (answer?.some((line) => line.trim() !== '')) found.set(answer.join('\n'), answer);
    if (found.size === MOST) break;
  }
  found.delete(lines.slice(region.from, region.to).join('\n'));
  return [...found.values()];
}

/** One made in another file was made in no line of this one. */
function hereOf(change: LineChange, path: string, lineCount: number): LineChange {
  return change.path === path ? change : { ...change, line: lineCount };
}
