/** Places in other documents that the last change concerns: where a function's name or its parameters changed, its uses. */
import type { LineChange } from '../edits/change.ts';
import { placesLike } from '../edits/repeatLastChange.ts';
import { isBlank, isName, replacements, tokensOf } from '../edits/tokens.ts';
import type { NextEditJump } from '../protocol/index.ts';
import { hasItsOwn } from './itsOwn.ts';

export interface OtherDocument {
  readonly uri: string;
  readonly path: string;
  readonly lines: readonly string[];
}

/** A list to choose from: more is what a search is for. */
export const MOST_JUMPS = 12;
export const MOST_JUMPS_IN_ONE = 4;
const LONGEST_LINE = 500;
/** Shorter names stand everywhere. */
export const SHORTEST_NAME = 3;
/** Of any language; an attribute of Rust begins with a sign of its own. */
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\[)|--)/;
const DECLARES = /^(function|def|fn|func|class|interface|struct|trait|enum|type|const|static|let|var)$/;

/** `documents`: asked with the name; one in which it does not stand may be left out. */
export function jumpsTo(documents: (name: string) => readonly OtherDocument[], last: LineChange): NextEditJump[] {
  const name = seenOutside(last)?.name ?? null;
  if (name === null) return [];
  const found = documents(name).flatMap(({ uri, path, lines }) => {
    if (path === last.path || hasItsOwn(lines, name)) return [];
    const places = placesLike(lines, { ...last, line: 0 }).filter((line) => tokensOf(lines[line]!).includes(name));
    return places
      .sort((a, b) => a - b)
      .slice(0, MOST_JUMPS_IN_ONE)
      .map((line): NextEditJump => {
        const at = columnOf(lines[line]!, name);
        const range = { start: { line, character: at }, end: { line, character: at + name.length } };
        return { uri, range, reason: reasonFor(name, last.path) };
      });
  });
  return found.slice(0, MOST_JUMPS);
}

/** Where the name stands by itself, and not within another. */
function columnOf(line: string, name: string): number {
  const tokens = tokensOf(line);
  return tokens.slice(0, tokens.indexOf(name)).join('').length;
}

export function reasonFor(name: string, path: string): string {
  return `Uses “${name}”, which was changed in ${path}.`;
}

/** What other files know of a changed line by its name. */
export interface SeenOutside {
  readonly name: string;
  /** null where something else of the declaration was changed. */
  readonly renamedTo: string | null;
}

/** null where the line is no declaration, or none that is seen outside. */
export function seenOutside({ before, after }: LineChange): SeenOutside | null {
  if (before.length !== 1 || after.length !== 1 || before[0]!.length > LONGEST_LINE) return null;
  if (COMMENT.test(before[0]!)) return null;
  const tokens = tokensOf(before[0]!);
  const fresh = tokensOf(after[0]!.slice(0, LONGEST_LINE));
  const [first] = replacements(tokens, fresh) ?? [];
  if (first === undefined) return null;
  const words = tokens.flatMap((token, at) => (isBlank(token) ? [] : [{ token, at }]));
  const keyword = words.findIndex(({ token }) => DECLARES.test(token));
  const declared = keyword < 0 ? undefined : words[keyword + 1];
  if (declared === undefined || !isName(declared.token) || declared.token.length < SHORTEST_NAME) return null;
  const name = declared.token;
  const isFunction = /^(function|def|fn|func)$/.test(words[keyword]!.token);
  // A local variable is nobody else's.
  const isSeen = isFunction || !/^\s/.test(before[0]!);
  if (!isSeen) return null;
  const isOtherName = first.before.to - first.before.from === 1 && first.after.to - first.after.from === 1;
  if (first.before.from === declared.at) {
    const to = fresh[first.after.from];
    return { name, renamedTo: isOtherName && isName(to) ? to : null };
  }
  // Whoever calls it does not care what a parameter is called.
  const inBrackets = first.before.from > declared.at && tokens.slice(declared.at, first.before.from).includes('(');
  return isFunction && inBrackets && !isOtherName ? { name, renamedTo: null } : null;
}
