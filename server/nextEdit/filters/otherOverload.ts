import { asMadeLast } from '../../edits/change.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import { indentOf } from '../../edits/tokens.ts';
import { languageOf } from '../../languages/languageOf.ts';
import type { EditFilter } from './filter.ts';

const OVERLOADS: ReadonlySet<string> = new Set(['java', 'kotlin', 'csharp']);
const LONGEST_LINE = 500;
/** Before a method's name: its modifiers and its result. */
const HEAD = /^\s+(?:@\w+\s+)*(?:[\w<>[\],.?]+\s+)+$/;
/** Before a call. */
const STATEMENT = /^\s+(?:return|new|throw|else|case|yield|await|assert)\b/;

/**
 * Rejects the repetition of a method's rename while its class has another method of that name: for that one, and for calls, since only
 * types tell which one they mean. Until the person has renamed two.
 */
export const otherOverload: EditFilter = (change, { situation: { path, lines, recent } }) => {
  const replaced = OVERLOADS.has(languageOf(path) ?? '') ? replacementIn(change.before, change.after) : null;
  if (replaced === null) return null;
  const [from = '', to = ''] = replaced.split('\0');
  const declared = asMadeLast(recent).flatMap((last) =>
    last?.path === path && replacementIn(last.before, last.after) === replaced
      ? last.after.filter((line) => declares(line, to))
      : [],
  );
  const [method] = declared;
  if (method === undefined || declared.length > 1) return null;
  const isOther = lines.some((line) => declares(line, from) && indentOf(line) === indentOf(method));
  const isCalled = placesReplaced(change.before, change.after).some(({ line, column }) =>
    change.before[line]!.startsWith('(', column + from.length),
  );
  return isOther && isCalled ? 'the method may be another one there' : null;
};

function declares(line: string, name: string): boolean {
  if (line.length > LONGEST_LINE) return false;
  const at = line.indexOf(`${name}(`);
  const head = line.slice(0, Math.max(0, at));
  return HEAD.test(head) && !STATEMENT.test(head);
}
