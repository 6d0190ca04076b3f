import { asMadeLast, type LineChange } from '../../edits/change.ts';
import { lineOffset } from '../../edits/lineOffset.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import { languageOf } from '../../languages/languageOf.ts';
import type { EditFilter } from './filter.ts';

/** As prose has it. */
const WORD = /^\p{Lu}?\p{Ll}+$/u;
/** Behind the name that an entry is about, perhaps with its type. */
const ENTRY = /^(?: ?\([^)\n]*\))?:/;
/** Before a name that is marked as such. */
const MARKED = /[.`'"]$/;

/**
 * Rejects the repetition of a rename in Python's strings that document, where these are of another class or function, or have the name as a
 * word of their language: until the person has renamed it in one.
 */
export const otherText: EditFilter = (change, { situation: { path, lines, recent }, syntax }) => {
  const replaced = languageOf(path) === 'python' ? replacementIn(change.before, change.after) : null;
  if (replaced === null || syntax === null || syntax === undefined) return null;
  const text = lines.join('\n');
  const names = /"""|'''/.test(text) ? syntax.names(text) : null;
  if (names === null) return null;
  const offsetsOf = ({ line: first }: LineChange, here: readonly string[], there: readonly string[]): number[] =>
    placesReplaced(here, there).map(({ line, column }) => lineOffset(lines, first + line) + column);
  const inText = offsetsOf(change, change.before, change.after).filter((offset) => names.isDocumentation(offset));
  if (inText.length === 0) return null;
  const made = asMadeLast(recent)
    .filter((last) => last?.path === path && replacementIn(last.before, last.after) === replaced)
    .flatMap((last) => offsetsOf(last!, last!.after, last!.before));
  if (made.some((offset) => names.isDocumentation(offset))) return null;
  const [name = ''] = replaced.split('\0');
  // The oldest is the declaration.
  const [declared] = made;
  const isOther = (offset: number): boolean =>
    isProse(text, offset, name) || (declared !== undefined && !names.isAbout(offset, declared));
  return inText.some(isOther) ? 'the text may be about something else' : null;
};

function isProse(text: string, offset: number, name: string): boolean {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const isEntry = before.trim() === '' && ENTRY.test(text.slice(offset + name.length, offset + name.length + 100));
  return WORD.test(name) && !MARKED.test(before) && !isEntry;
}
