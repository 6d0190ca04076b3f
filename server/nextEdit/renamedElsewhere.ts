/**
 * What another document declares got another name: its uses in this one get it too, nearest to the cursor first. Like the uses in the
 * declaration's own block, that takes no model; they are the places that were told as jumps while the other document was in view.
 */
import { changeBetween, type LineChange } from '../edits/change.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import { isBlank, tokensOf } from '../edits/tokens.ts';
import { jumpsTo } from './jumps.ts';

/** Changes of other documents that are looked back at: whoever follows a rename through several files makes one in each. */
const LOOKED_BACK = 12;

/** `recent`: what was changed lately in any file, oldest first. null where no use of a renamed declaration stands here. */
export function renamedElsewhere(
  lines: readonly string[],
  path: string,
  cursorLine: number,
  recent: readonly LineChange[],
): LineChange | null {
  for (const change of recent.slice(-LOOKED_BACK).toReversed()) {
    if (change.path === path) continue;
    // It was made in another file: no line of this one is the one that was changed.
    const last = { ...change, line: lines.length };
    const places = jumpsTo(() => [{ uri: '', path, lines }], last)
      .map(({ range: { start, end } }) => ({
        line: start.line,
        name: lines[start.line]!.slice(start.character, end.character),
      }))
      .filter(({ line, name }) => !namesModuleToo(lines[line]!, name) && !hasItsOwn(lines, name))
      .sort((a, b) => Math.abs(a.line - cursorLine) - Math.abs(b.line - cursorLine));
    for (const { line } of places) {
      const rewritten = repeatLastChange(lines, { from: line, to: line + 1 }, last);
      if (rewritten !== null) return changeBetween(path, line, [lines[line]!], rewritten);
    }
  }
  return null;
}

/** An import of what is called like its module: which of the two got another name is not known. */
function namesModuleToo(line: string, name: string): boolean {
  return /^\s*(?:from|import|use|export)\b/.test(line) && tokensOf(line).filter((token) => token === name).length > 1;
}

const DECLARES = /^(const|let|var|val|def|function|fn|func|fun|class|interface|struct|enum|trait|type|for|mut)$/;
const HAS_PARAMETERS = /^(def|function|fn|func|fun|constructor)$/;
const LONGEST_LINE = 500;

/** Whether the file declares such a name itself, e.g. a parameter: then its uses are none of the other file's. */
function hasItsOwn(lines: readonly string[], name: string): boolean {
  return lines.some((line) => line.length <= LONGEST_LINE && line.includes(name) && declares(line, name));
}

function declares(line: string, name: string): boolean {
  const tokens = tokensOf(line).filter((token) => !isBlank(token));
  const takes = tokens.findIndex((token) => HAS_PARAMETERS.test(token));
  return tokens.some((token, at) => {
    if (token !== name) return false;
    const before = tokens[at - 1] ?? '';
    const isAssigned = at === 0 && tokens[1] === '=' && tokens[2] !== '=';
    return DECLARES.test(before) || isAssigned || (takes !== -1 && takes < at && /^[(,]$/.test(before));
  });
}
