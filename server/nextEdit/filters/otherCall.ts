import type { LineChange } from '../../edits/change.ts';
import { isWord, tokensOf } from '../../edits/tokens.ts';
import type { EditFilter } from './filter.ts';

const LONGEST_LINE = 500;

/**
 * Rejects the repetition of an argument or a parameter that was added or removed where the brackets are those of another function, until
 * the person has changed two functions so.
 */
export const otherCall: EditFilter = (change, { situation: { recent } }) => {
  const offered = itemsIn(change);
  if (offered.length === 0) return null;
  const made = recent.flatMap(itemsIn);
  const isOther = offered.some(({ item, of }) => {
    const same = new Set(made.flatMap((one) => (one.item === item ? [one.of] : [])));
    return same.size === 1 && !same.has(of);
  });
  return isOther ? 'the function is another one there' : null;
};

interface Item {
  /** The first word of what was added, after a `+`, or removed, after a `-`. */
  readonly item: string;
  /** The word before the bracket. */
  readonly of: string;
}

/** The items of lists in round brackets that were added to lines or removed from them. */
function itemsIn({ before, after }: LineChange): Item[] {
  if (before.length !== after.length) return [];
  return before.flatMap((line, at) => {
    const now = after[at]!;
    if (line === now || Math.max(line.length, now.length) > LONGEST_LINE) return [];
    return itemIn(line, now, '+') ?? itemIn(now, line, '-') ?? [];
  });
}

/** What `long` has more than `short`, if that is one item; null if it is not. */
function itemIn(short: string, long: string, sign: string): Item | null {
  const [few, many] = [tokensOf(short), tokensOf(long)];
  const count = many.length - few.length;
  let head = 0;
  while (head < few.length && few[head] === many[head]) head++;
  if (count <= 0 || few.slice(head).join('') !== many.slice(head + count).join('')) return null;
  const open = openingBefore(many, head);
  const name = open === null ? undefined : many[open - 1];
  if (open === null || !isWord(name)) return null;
  const added = many
    .slice(head, head + count)
    .join('')
    .trim();
  const isOnly = head === open + 1 && few[head] === ')';
  const item = added.replace(/^,\s*|\s*,$/g, '');
  if (!isOnly && item === added) return null;
  // A parameter has a type too, which its argument has not.
  return { item: sign + (/[\p{L}_$][\p{L}\p{N}_$]*/u.exec(item)?.[0] ?? item), of: name };
}

/** The round bracket that is open there; null if it is another one, or none. */
function openingBefore(tokens: readonly string[], end: number): number | null {
  let depth = 0;
  for (let at = end - 1; at >= 0; at--) {
    if (/^[)\]}]$/.test(tokens[at]!)) depth++;
    else if (/^[([{]$/.test(tokens[at]!) && depth-- === 0) return tokens[at] === '(' ? at : null;
  }
  return null;
}
