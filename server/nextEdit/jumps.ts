/** Places in other documents affected by the last change: uses of a function whose name or parameters changed. */
import type { LineChange } from '../edits/change.ts';
import { placesLike } from '../edits/repeatLastChange.ts';
import { isBlank, isName, replacements, tokensOf } from '../edits/tokens.ts';
import { languageOf } from '../languages/languageOf.ts';
import type { NextEditJump } from '../protocol/index.ts';
import { isCommentLine } from './commentLine.ts';
import { hasItsOwn } from './itsOwn.ts';

export interface OtherDocument {
  readonly uri: string;
  readonly path: string;
  readonly lines: readonly string[];
}

/** A list to choose from: beyond this, use a search. */
export const MOST_JUMPS = 12;
export const MOST_JUMPS_IN_ONE = 4;
const LONGEST_LINE = 500;
/** Shorter names occur everywhere. */
export const SHORTEST_NAME = 3;
/** In any language, except Rust's attributes, `#[`. */
const DECLARES = /^(function|def|fn|func|class|interface|struct|trait|enum|type|const|static|let|var)$/;

/** `documents`: called with the name; may leave out documents without it. */
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

/** Column of the name as a whole word. */
function columnOf(line: string, name: string): number {
  const tokens = tokensOf(line);
  return tokens.slice(0, tokens.indexOf(name)).join('').length;
}

export function reasonFor(name: string, path: string): string {
  return `Uses “${name}”, which was changed in ${path}.`;
}

/** What other files see of a changed declaration. */
export interface SeenOutside {
  readonly name: string;
  /** null if something else in the declaration changed. */
  readonly renamedTo: string | null;
  /** A method, or declared in another function: no import names it. */
  readonly isInner: boolean;
}

/** null if the line is no declaration, or not visible outside the file. */
export function seenOutside({ path, before, after }: LineChange): SeenOutside | null {
  if (before.length !== 1 || after.length !== 1 || before[0]!.length > LONGEST_LINE) return null;
  if (isCommentLine(before[0]!)) return null;
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
  // Local variables are not visible.
  const isIndented = /^\s/.test(before[0]!);
  const isSeen = isFunction || !isIndented;
  const isExported = words.slice(0, keyword).some(({ token }) => token === 'export') || path.endsWith('.d.ts');
  const language = languageOf(path);
  // Methods have no keyword there.
  const isNested = isIndented && !isExported && /^(?:typescript|tsx|javascript)$/.test(language ?? '');
  if (!isSeen || isNested) return null;
  const isInner = isIndented && language === 'python';
  const isOtherName = first.before.to - first.before.from === 1 && first.after.to - first.after.from === 1;
  if (first.before.from === declared.at) {
    const to = fresh[first.after.from];
    return { name, renamedTo: isOtherName && isName(to) ? to : null, isInner };
  }
  // Callers do not care about a parameter's name.
  const inBrackets = first.before.from > declared.at && tokens.slice(declared.at, first.before.from).includes('(');
  return isFunction && inBrackets && !isOtherName ? { name, renamedTo: null, isInner } : null;
}
