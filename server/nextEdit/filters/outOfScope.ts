import { applied } from '../../edits/change.ts';
import { lineOffset } from '../../edits/lineOffset.ts';
import { isName, tokensOf } from '../../edits/tokens.ts';
import type { NameUse } from '../../languages/names/index.ts';
import type { EditFilter } from './filter.ts';

const LONGEST_LINE = 500;

/**
 * Rejects what uses a variable where it is not seen: where one that other functions of the file declare is repeated in yet another. If the
 * file has the name undeclared elsewhere, it may be one of another file.
 */
export const outOfScope: EditFilter = (change, { situation: { lines }, syntax }) => {
  if (syntax === null || syntax === undefined) return null;
  const had = wordsIn(change.before);
  const written = [...wordsIn(change.after)].filter((word) => !had.has(word) && isElsewhere(lines, word));
  if (written.length === 0) return null;
  const now = applied(lines, change);
  const names = syntax.names(now.join('\n'));
  if (names === null || names.isBroken) return null;
  const [from, to] = [change.line, change.line + change.after.length].map((line) => lineOffset(now, line));
  const isHere = ({ start }: NameUse): boolean => start >= from! && start < to!;
  const isFree = ({ kind, binding }: NameUse): boolean => kind === 'refers' && binding === null;
  const isOut = (word: string): boolean => {
    const uses = names.uses(word) ?? [];
    return (
      uses.some((use) => isHere(use) && isFree(use)) &&
      !uses.some((use) => !isHere(use) && isFree(use)) &&
      uses.some(({ kind, binding }) => kind === 'declares' && binding !== null && binding.scope !== names.file)
    );
  };
  return written.some(isOut) ? 'a variable that it uses is not seen there' : null;
};

function wordsIn(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => (line.length > LONGEST_LINE ? [] : tokensOf(line).filter(isName))));
}

function isElsewhere(lines: readonly string[], word: string): boolean {
  return lines.some((line) => line.includes(word));
}
