/**
 * After the rename of a method at its declaration, its uses by the object itself follow: `this.name`, `self.name`, and in Go those by the
 * receiver. Scopes do not tell whose member a name after a dot is; here the class around does. Without a grammar.
 */

import type { LineChange } from '../edits/change.ts';
import type { OwnEdit } from '../edits/recentEdits.ts';
import { REGION } from '../edits/situation.ts';
import { indentOf, isBlank, isName, stringTokens, tokensOf } from '../edits/tokens.ts';
import { languageOf } from '../languages/languageOf.ts';
import { isCommentLine } from './commentLine.ts';
import { renamingIn } from './renamed.ts';
import { type InLine, respelledIn } from './respell.ts';

const LONGEST_LINE = 500;
/** Lines of a class that are searched on either side. */
const FARTHEST = 3000;
const FUNCTION = /^(?:def|fn|func|fun)$/;
const CLASS = /^\s*(?:[\w@()]+\s+)*(?:class|struct|interface|trait|impl|enum|object|record|protocol|extension)\b/;
const RECEIVER = /^func\s*\(\s*(\w+)\s+\*?(\w+)(?:\[[^\]]*\])?\s*\)\s*/;
/** Behind a method's parameters, where no word says that it is one: its result or what it throws, and its body. */
const BODY = /^\s*(?::[^={]+|throws\b[^={]+)?\{\s*\}?\s*$/;
/** Before a bracket these are no methods' names. */
const STATEMENT = /^(?:if|for|while|switch|catch|with|using|lock|synchronized|function|return|await|new|super|this)$/;
/** Methods stand without the object before them, too. */
const BARE: ReadonlySet<string> = new Set(['java', 'kotlin', 'csharp']);

/** A field may have the same name, and is another thing. */
const APART: ReadonlySet<string> = new Set(['java', 'kotlin', 'rust']);

/** The nearest uses, as far as one region reaches; null for none. */
export function renamedMethod(lines: readonly string[], own: OwnEdit): LineChange | null {
  const { change, made = change } = own;
  const renaming = renamingIn(made);
  const declaration = lines[change.line] ?? '';
  if (renaming === null || renaming.columns.length !== 1 || made.before[0]!.length > LONGEST_LINE) return null;
  const { from, to } = renaming;
  if (!declaresMethod(made.before[0]!, from) || !declaresMethod(declaration, to)) return null;
  const among = RECEIVER.test(declaration) ? ofType(lines, declaration) : ofClass(lines, change.line);
  if (among === null || among.some(({ text }) => declaresMethod(text, from))) return null;
  const before = own.was().lines;
  if (before.some((line) => line.includes(to) && tokensOf(line.slice(0, LONGEST_LINE)).includes(to))) return null;
  const language = languageOf(change.path) ?? '';
  const ways = { isBare: BARE.has(language), isApart: APART.has(language) };
  const uses = among.flatMap(({ line, text, selves }) =>
    usesIn(text, from, selves, ways).map((start): InLine => ({ line, start, end: start + from.length, text: to })),
  );
  const first = uses.find(({ line }) => line >= change.line) ?? uses[0];
  if (first === undefined) return null;
  const end = Math.min(lines.length, first.line + REGION.above + REGION.below + 1);
  return respelledIn(change.path, lines, { from: first.line, to: end }, uses);
}

/** Whether a line declares a method of that name. */
export function declaresMethod(line: string, name: string): boolean {
  if (!line.includes(name) || line.length > LONGEST_LINE || isCommentLine(line)) return false;
  const tokens = tokensOf(line);
  const at = tokens.indexOf(name);
  if (at < 0) return false;
  const head = tokens.slice(0, at).join('');
  const rest = tokens
    .slice(at + 1)
    .join('')
    .trimStart();
  if (!/^[(<[]/.test(rest)) return false;
  const word = tokens.slice(0, at).findLast((token) => !isBlank(token)) ?? '';
  if (FUNCTION.test(word)) return /^\s/.test(head);
  if (RECEIVER.test(head)) return head.replace(RECEIVER, '') === '';
  const isHead = head.trim() === '' || (/\s$/.test(head) && /^[\w\s<>[\],.?@*]+$/.test(head));
  const behind = behindBracket(rest);
  return /^\s/.test(line) && isHead && !STATEMENT.test(word) && behind !== null && BODY.test(behind);
}

/** What follows the round bracket that opens first; null if it is not closed. */
function behindBracket(text: string): string | null {
  let depth = 0;
  for (let at = text.indexOf('('); at >= 0 && at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(at + 1);
  }
  return null;
}

/** A line in which the object may use its own method; `selves`: what the object is called there. */
interface OfObject {
  readonly line: number;
  readonly text: string;
  readonly selves: readonly string[];
}

const SELVES = ['this', 'self', 'cls'] as const;

/** Those of the class around a line, without the classes in it; null if it is in none. */
function ofClass(lines: readonly string[], declared: number): OfObject[] | null {
  const depth = indentOf(lines[declared]!).length;
  const isOutside = (text: string): boolean => text.trim() !== '' && indentOf(text).length < depth;
  let head = declared - 1;
  // A head of several lines ends in a bracket.
  while (head >= 0 && declared - head <= FARTHEST && (!isOutside(lines[head]!) || /^\s*[)}{]/.test(lines[head]!)))
    head--;
  if (head < 0 || !CLASS.test(lines[head]!)) return null;
  const found: OfObject[] = [];
  for (let line = head + 1, inner = -1; line < Math.min(lines.length, declared + FARTHEST); line++) {
    const text = lines[line]!;
    const indent = indentOf(text).length;
    if (line > declared && isOutside(text)) break;
    if (text.trim() === '' || text.length > LONGEST_LINE) continue;
    if (inner >= 0 && indent > inner) continue;
    inner = indent >= depth && CLASS.test(text) ? indent : -1;
    if (inner < 0) found.push({ line, text, selves: SELVES });
  }
  return found;
}

/** Those of all methods in the file with the same type of receiver. */
function ofType(lines: readonly string[], declaration: string): OfObject[] {
  const type = RECEIVER.exec(declaration)![2];
  const found: OfObject[] = [];
  let receiver: string | null = null;
  for (const [line, text] of lines.entries()) {
    if (text.length > LONGEST_LINE) continue;
    const [, name, its] = RECEIVER.exec(text) ?? [];
    if (/^\S/.test(text)) receiver = its === type ? name! : null;
    // From there on it may be another object.
    else if (receiver !== null && new RegExp(`\\b${receiver}\\b[\\w\\s,]*:=`).test(text)) receiver = null;
    if (receiver !== null) found.push({ line, text, selves: [receiver] });
  }
  return found;
}

/** Columns of the name where the object uses it. */
function usesIn(
  text: string,
  name: string,
  selves: readonly string[],
  { isBare, isApart }: { readonly isBare: boolean; readonly isApart: boolean },
): number[] {
  if (!text.includes(name) || isCommentLine(text)) return [];
  const tokens = tokensOf(text);
  const inString = stringTokens(tokens);
  const found: number[] = [];
  for (let at = 0, column = 0; at < tokens.length; column += tokens[at++]!.length) {
    if (tokens[at] !== name || inString[at]) continue;
    const before = tokens.slice(0, at).filter((token) => !isBlank(token));
    const dots = before.at(-1) === '.' ? (before.at(-2) === '?' ? 2 : 1) : 0;
    const object = before.at(-1 - dots) ?? '';
    const hasBracket = tokens[at + 1] === '(';
    const isOwn = dots > 0 && selves.includes(object) && before.at(-2 - dots) !== '.' && (hasBracket || !isApart);
    const isCalled = isBare && dots === 0 && hasBracket && !isName(object) && !/^(?:[.:>@]|new)$/.test(object);
    if (isOwn || isCalled) found.push(column);
  }
  return found;
}
