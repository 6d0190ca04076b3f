/**
 * Passwords that a declaration in the same text gives away by their place: `Account(String name, String password)` above
 * `new Account("mia", "…")`, a struct above its rows, the columns of a parametrized test.
 */
import { argumentsAt, quotedIn } from './callArguments.ts';
import type { SecretRange } from './finding.ts';
import { isJoinedWords } from './joinedWords.ts';
import { lineUpTo } from './lines.ts';
import { isWord } from './literals.ts';
import { isPasswordLabel } from './names.ts';
import { isSeveralWords } from './severalWords.ts';
import { isPasswordWord } from './uses.ts';

/** UTF-16 units from a parameter back to what opens its list, and from a use to its bracket. */
const reach = { back: 400, class: 4_000, use: 80 } as const;
/** Declarations followed in one text, occurrences of each name, and rows of a list. */
const most = { declarations: 12, occurrences: 400, rows: 60 } as const;

interface Declared {
  readonly name: string;
  readonly index: number;
}

const generic = '(?:<[^<>]{0,40}>)?';
/** `def connect(`, `func (s *Store) Open(`, `class Gate private constructor(`, `const signUp = async (` */
const called = new RegExp(
  String.raw`\b(?:def|func|fn|fun|function|class|record|sub)\s{1,3}(?:\([^()]{0,40}\)\s?)?([A-Za-z_$][\w$]{2,40})${generic}\s?$|\b(?:const|let|val|var)\s([A-Za-z_$][\w$]{2,40})\s?=\s?(?:async\s?)?(?:function\s?)?$|([A-Za-z_]\w{1,40})\s?=\s?(?:Struct\.new|Data\.define|[\w.]{0,20}namedtuple)(?:\(\s?["']\w{1,40}["'],\s?)?$`,
);
const method = /(?:^|[\s>*&])([A-Za-z_]\w{2,40})\s?$/;
const noMethod = /^(?:if|for|while|switch|catch|return|await|lambda|foreach|using|with)$/;
const constructs = /^(?:__init__|__construct|constructor|initialize|init|new|create)$/;
const struct = /\btype\s{1,3}(\w{2,40})\s{1,3}struct\s?$|\bstruct\s{1,3}(\w{2,40})\s?$|\bstruct\s?()$/;
const typedBefore = /\b(?:String|string|str|char|CharSequence|string_view|QString|NSString)\b\s?[&*]?\s?\$?$/;
const typedBehind = /^\s?:\s?(?:&(?:'\w{1,12}\s)?)?(?:[Ss]tring|str|Secret\w{0,12})\b|^\s[Ss]tring\b/;
const itself = /^\s?(?:self|cls|&(?:mut\s)?self|mut self)\b/;

export class DeclaredPlaces {
  readonly #text: string;
  readonly #names = new Map<string, Declared>();
  readonly #found: SecretRange[] = [];
  /** Rows up to here have been read. */
  #past = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The name of a password at `from`, which may be that of a parameter, a field or a column. */
  add(from: number, to: number): void {
    if (from < this.#past || this.#names.size >= most.declarations || !isPasswordLabel(this.#text.slice(from, to)))
      return;
    const declared = this.#listed(from, to) ?? this.#ofDataClass(from, to);
    if (declared) this.#names.set(`${declared.name} ${declared.index}`, declared);
  }

  /** What stands at these places in the uses of what was declared. */
  found(): SecretRange[] {
    for (const declared of this.#names.values()) this.#uses(declared);
    return this.#found;
  }

  #listed(from: number, to: number): Declared | null {
    const text = this.#text;
    const open = openingBefore(text, from);
    if (open === -1) return null;
    const head = lineUpTo(text, open, 120);
    const before = text.slice(open + 1, from);
    if (text[open] === '{') return this.#ofStruct(open, head, before, to);
    if (/["']/.test(text[open] as string)) return this.#ofColumns(head, before, to);
    const index = commasIn(before);
    const [, one, two, three] = called.exec(head) ?? [];
    const isTyped = typedBefore.test(before) || typedBehind.test(text.slice(to, to + 40));
    const name = one ?? two ?? three ?? (isTyped ? method.exec(head)?.[1] : undefined);
    if (name === undefined || noMethod.test(name)) return null;
    const own = itself.test(before) ? index - 1 : index;
    const known = constructs.test(name) ? classBefore(text, open) : name;
    return known === null || own < 0 ? null : { name: known, index: own };
  }

  /** In Go and C; of an anonymous one, the rows follow. */
  #ofStruct(open: number, head: string, before: string, to: number): Declared | null {
    const match = struct.exec(head);
    if (match === null) return null;
    const fields = before.replace(/\/\/[^\n]*|\/\*[^*]*\*\//g, '').split(/[,;\n]/);
    const index = fields.slice(0, -1).filter((field) => /\w/.test(field)).length;
    const name = match[1] ?? match[2];
    if (name !== undefined) return { name, index };
    const close = this.#text.indexOf('}', to);
    if (close !== -1 && close - open < reach.back && /^\}\s?\{/.test(this.#text.slice(close, close + 3)))
      this.#rows(this.#text.indexOf('{', close), index);
    return null;
  }

  /** `parametrize("user,password", [("mia", "…")])`, `namedtuple("Account", "name password")` */
  #ofColumns(head: string, before: string, to: number): Declared | null {
    if (!/^[\w, ]*$/.test(before)) return null;
    const index = before.split(/,\s?|\s/).length - 1;
    const name = called.exec(head)?.[3];
    if (name !== undefined) return { name, index };
    const rows = /^[\w, ]{0,80}["'],\s{0,20}\[/.exec(this.#text.slice(to, to + 120))?.[0];
    if (rows !== undefined && index > 0 && /parametrize\(\s?$/.test(head)) this.#rows(to + rows.length - 1, index);
    return null;
  }

  /** Python's, one field a line. */
  #ofDataClass(from: number, to: number): Declared | null {
    if (!typedBehind.test(this.#text.slice(to, to + 40)) || lineUpTo(this.#text, from, 40).trim() !== '') return null;
    const above = this.#text
      .slice(Math.max(0, from - reach.back), from)
      .split('\n')
      .slice(0, -1);
    const first = above.findLastIndex((line) => !/^\s+\w+\s?:\s?[\w.[\], |]+$/.test(line));
    const name = /^\s*class (\w{2,40})(?:\([\w.]{0,40}\))?:$/.exec(above[first] ?? '')?.[1];
    return name === undefined ? null : { name, index: above.length - 1 - first };
  }

  #uses({ name, index }: Declared): void {
    const text = this.#text;
    let at = text.indexOf(name);
    for (let i = 0; i < most.occurrences && at !== -1; i++) {
      const end = at + name.length;
      const open = isWord(text.charCodeAt(at - 1))
        ? undefined
        : /^(?:(?:::|\.)(?:new|create|of|make)\b)?\s?(?:\w{0,40}(?:\[\w{0,10}\])?\s?=\s?)?[({]/.exec(
            text.slice(end, end + reach.use),
          );
      if (open) this.#rows(end + open[0].length - 1, index);
      at = text.indexOf(name, end);
    }
    // Of an enumeration, each constant is a use.
    if (!new RegExp(`\\benum\\s(?:class\\s)?${name.replaceAll('$', '\\$')}\\b`).test(text)) return;
    let constants = 0;
    for (const match of text.matchAll(/(?<![\w.])[A-Z][A-Z0-9_]{1,40}\s?\(/g)) {
      if (++constants > most.occurrences) return;
      this.#rows(match.index + match[0].length - 1, index);
    }
  }

  /** One row behind the bracket at `open`, or several in brackets of their own. */
  #rows(open: number, index: number): void {
    const text = this.#text;
    let at = open + 1;
    for (let i = 0; i < most.rows; i++) {
      const inner = /^[\s,]{0,40}(?:&?\w[\w.]{0,30})?[({[]/.exec(text.slice(at, at + reach.use))?.[0];
      if (inner === undefined || (i === 0 && /^\s*\w/.test(inner))) break;
      const end = this.#value(at + inner.length - 1, index);
      if (end === -1) return;
      at = end + 1;
      this.#past = at;
    }
    if (at === open + 1) this.#value(open, index);
  }

  /** Where the row ends; -1 if that is not known. */
  #value(open: number, index: number): number {
    const given = argumentsAt(this.#text, open);
    const argument = given[index];
    const value = argument && quotedIn(this.#text, argument);
    if (value) {
      const written = this.#text.slice(value.start, value.end);
      if (isPasswordWord(written) || isJoinedWords(written) || isSeveralWords(written))
        this.#found.push({ ...value, rule: 'declared' });
    }
    return given.at(-1)?.end ?? -1;
  }
}

/** The bracket of the list that `from` lies in, or the quote of a text with several names; -1 if there is none. */
function openingBefore(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from - 1; at >= 0 && from - at < reach.back; at--) {
    const char = text[at] as string;
    if (')]}'.includes(char)) depth++;
    else if ('([{'.includes(char)) {
      if (depth-- === 0) return at;
    } else if (!quoted && (char === '"' || char === "'")) {
      quoted = true;
      if (/^\w[\w, ]*[, ]$/.test(text.slice(at + 1, from))) return at;
    }
  }
  return -1;
}

/** Of parameters, without those of their types and defaults. */
function commasIn(before: string): number {
  return before.replace(/<[^<>]*>|\([^()]*\)|\[[^[\]]*\]/g, '').split(',').length - 1;
}

/** The class that a constructor is of. */
function classBefore(text: string, at: number): string | null {
  const above = text.slice(Math.max(0, at - reach.class), at);
  return [...above.matchAll(/\b(?:class|impl|struct)\s(\w{2,40})/g)].at(-1)?.[1] ?? null;
}
