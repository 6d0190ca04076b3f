/** Passwords under another name: `word = '…'` above `login(password=word)`, or two halves above `password = left + right`. */
import type { SecretRange } from './finding.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, likenessOf } from './values.ts';

/** Most assignments kept per text. */
const most = 2_000;

const assigned =
  /(?:^|[\s({;,])([A-Za-z_$][\w$]{2,60})(?:\s?:\s?[\w.<>[\]]{1,30})?\s{0,3}:?=\s{0,3}[bfru@]{0,2}(["'`])([^"'`\n]{4,100})\2(?!\s?[+.%([])/gm;
/** The value in a name's statement: one name, or several that are joined. */
const named =
  /^["'\]]{0,2}\s{0,3}(?::\s?[\w.<>[\]]{1,30}\s?)?(?:=|:|=>|:=)\s{0,3}\$?([A-Za-z_$][\w$]{2,60})((?:\s?[+.&]\s?\$?[A-Za-z_$][\w$]{2,60}){0,3})\s?(?=[,;)}\]\n]|$)/;

export class References {
  readonly #text: string;
  #known: Map<string, SecretRange> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** Texts assigned to the names that are the value of a password's name. */
  behind(to: number): SecretRange[] {
    const match = named.exec(this.#text.slice(to, to + 200));
    if (match === null) return [];
    const [, first = '', more = ''] = match;
    const others = more.match(/[A-Za-z_$][\w$]*/g) ?? [];
    if (others.length > 0) {
      const parts = [first, ...others].flatMap((name) => this.#valueOf(name) ?? []);
      // All parts or none: parts of a password need not look like one.
      return parts.length === others.length + 1 ? parts : [];
    }
    const value = this.#valueOf(first);
    if (value === undefined) return [];
    const content = this.#text.slice(value.start, value.end);
    return isPassword(content) ? [value] : [];
  }

  /** The same for a variable typed into a field: `fill('#password', word)`. */
  typed(to: number): SecretRange[] {
    const [, name] = /^["'\x60)\]]{1,3}\s?,\s?([A-Za-z_$][\w$]{2,60})\s?\)/.exec(this.#text.slice(to, to + 80)) ?? [];
    const value = name === undefined ? undefined : this.#valueOf(name);
    return value === undefined || isNaming(this.#text.slice(value.start, value.end)) ? [] : [value];
  }

  /** The same for a variable that is passed after the name of an account: `login('svc', word)`. */
  passed({ start, end }: { readonly start: number; readonly end: number }): SecretRange[] {
    const name =
      end - start > 80 ? undefined : /^\s*\$?([A-Za-z_$][\w$]{2,60})\s*$/.exec(this.#text.slice(start, end))?.[1];
    const value = name === undefined ? undefined : this.#valueOf(name);
    if (value === undefined) return [];
    const content = this.#text.slice(value.start, value.end);
    return isPassword(content) ? [value] : [];
  }

  #valueOf(name: string): SecretRange | undefined {
    this.#known ??= assignmentsOf(this.#text);
    const value = this.#known.get(name);
    if (value === undefined) return undefined;
    const content = this.#text.slice(value.start, value.end);
    return isPlaceholder(content) || /\s|^[./#]|[{}()]/.test(content) ? undefined : value;
  }
}

function isPassword(value: string): boolean {
  return (atLeast(likenessOf(value), 'mixed') && !isNaming(value)) || isMadeOfWords(value);
}

function assignmentsOf(text: string): Map<string, SecretRange> {
  const known = new Map<string, SecretRange>();
  for (const match of text.matchAll(assigned)) {
    const [all, name = '', , value = ''] = match;
    const end = match.index + all.length - 1;
    known.set(name, { start: end - value.length, end, rule: 'under another name' });
    if (known.size >= most) break;
  }
  return known;
}
