/**
 * After the rename of a declaration in another document, its uses in this one follow, nearest to the cursor first. As in the declaration's
 * own file, that needs no model; these are the places that were listed as jumps while the other document was in view.
 */
import { applied, changeBetween, type LineChange, reversed } from '../edits/change.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import type { EditSituation } from '../edits/situation.ts';
import { hasName, tokensOf } from '../edits/tokens.ts';
import { mayUse } from '../languages/languagesLike.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import { importedUses } from './boundUses.ts';
import { jumpsTo, seenOutside } from './jumps.ts';
import { byLine, type InLine, respelledIn } from './respell.ts';

/** Changes of other documents considered: following a rename through several files makes one in each. */
const LOOKED_BACK = 12;
const LONGEST_LINE = 500;

/** A file, and recent changes in any file, oldest first. */
type Elsewhere = Pick<EditSituation, 'path' | 'lines' | 'recent'>;

/**
 * null if this file does not use a renamed declaration. `syntax`: null if we have no grammar for the language. `isLate`: whether there is
 * no time for older changes.
 */
export function renamedElsewhere(
  file: Elsewhere,
  cursorLine: number,
  syntax: SyntaxReader | null,
  isLate: () => boolean = () => false,
): LineChange | null {
  const { path, lines, recent } = file;
  // Those of this file may be uses that were followed already: as many as it has.
  let looked = 0;
  for (let at = recent.length - 1; at >= 0 && looked < LOOKED_BACK; at--) {
    const change = recent[at]!;
    if (change.path === path || !mayUse(path, change.path)) continue;
    looked++;
    const seen = seenOutside(change);
    if (seen === null || seen.renamedTo === null || seen.isInner || !lines.some((line) => line.includes(seen.name)))
      continue;
    const was = recent
      .slice(at + 1)
      .filter((later) => later.path === path)
      .reduceRight((text: readonly string[], later) => applied(text, reversed(later)), lines);
    const renaming = { from: seen.name, to: seen.renamedTo };
    const texts = { was: was.join('\n'), text: lines.join('\n') };
    const byScope =
      syntax === null ? null : importedUses(syntax, renaming, texts, { declared: change.path, used: path });
    const followed =
      byScope === null
        ? nearestLike(file, was, change, renaming.to, cursorLine)
        : nearestOf(file, byLine(lines, byScope), cursorLine);
    if (followed !== null) return followed;
    if (isLate()) return null;
  }
  return null;
}

function nearestOf({ path, lines }: Elsewhere, uses: readonly InLine[], cursorLine: number): LineChange | null {
  const [line] = uses.map((use) => use.line).sort((a, b) => Math.abs(a - cursorLine) - Math.abs(b - cursorLine));
  return line === undefined ? null : respelledIn(path, lines, { from: line, to: line + 1 }, uses);
}

/** For unknown languages: only if the file had nothing with the new name, and declares nothing with the old one. */
function nearestLike(
  { path, lines }: Elsewhere,
  was: readonly string[],
  change: LineChange,
  to: string,
  cursorLine: number,
): LineChange | null {
  if (was.some((line) => line.length <= LONGEST_LINE && hasName(line, to))) return null;
  // It was made in another file: no line of this one was changed.
  const last = { ...change, line: lines.length };
  const places = jumpsTo(() => [{ uri: '', path, lines }], last)
    .map(({ range: { start, end } }) => ({
      line: start.line,
      name: lines[start.line]!.slice(start.character, end.character),
    }))
    .filter(({ line, name }) => !namesModuleToo(lines[line]!, name))
    .sort((a, b) => Math.abs(a.line - cursorLine) - Math.abs(b.line - cursorLine));
  for (const { line } of places) {
    const rewritten = repeatLastChange(lines, { from: line, to: line + 1 }, last);
    if (rewritten !== null) return changeBetween(path, line, [lines[line]!], rewritten);
  }
  return null;
}

/** An import of something named like its module: it is not known which of the two was renamed. */
function namesModuleToo(line: string, name: string): boolean {
  return /^\s*(?:from|import|use|export)\b/.test(line) && tokensOf(line).filter((token) => token === name).length > 1;
}
