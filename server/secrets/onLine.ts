/** Secrets elsewhere on the line of a telling name: quoted beside `// the password`, or unquoted in a comment. */
import type { SecretRange } from './finding.ts';
import { labelledIn } from './labels.ts';
import { firstLiteral, type Literals } from './literals.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import type { Telling } from './names.ts';
import { isOfMachine } from './numbers.ts';
import { isNaming } from './placeholders.ts';
import { atLeast, isRandomGroups, likenessOf } from './values.ts';

/** A line with telling names. What its names share is read once: a line may be long and have many. */
export class NamedLine {
  readonly start: number;
  readonly end: number;
  names = 0;
  /** Whether its quoted texts have been read; `remarkSeen`: its comment, as one about a password. */
  quotesSeen = false;
  remarkSeen = false;
  #remark: number | null = null;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  /** Where a comment begins on it; -1 if there is none. */
  remarkIn(text: string): number {
    this.#remark ??= remarkStart(text, this.start, this.end);
    return this.#remark;
  }
}

/** Elsewhere on the line: quoted beside `// the password`, or unquoted in a comment. */
export function onLine(
  text: string,
  line: NamedLine,
  name: number,
  nameEnd: number,
  telling: Telling,
  literals: Literals,
): SecretRange[] {
  const isFirst = line.names === 1;
  const isPassword = telling === 'password';
  if (!isFirst && !isPassword) return [];
  const found: SecretRange[] = [];
  const { start, end } = line;
  const remark = line.remarkIn(text);
  if (!line.quotesSeen && (isPassword || (remark !== -1 && remark < name))) {
    line.quotesSeen = true;
    found.push(...mixedQuotes(text, start, end, literals, 'beside a password'));
  }
  if (remark === -1 || end - remark > 400 || line.remarkSeen) return found;
  line.remarkSeen = isPassword;
  found.push(...accountIn(text, name, end), ...labelledIn(text, nameEnd, end, telling));
  for (const word of wordsOf(text, remark, end)) {
    const value = text.slice(word.start, word.end);
    if (isRemarked(value, text.slice(name, name + 12).match(/^\w+/)?.[0] ?? '', telling))
      found.push({ ...word, rule: 'remark' });
  }
  // What a comment announces is on the next line.
  if (isPassword && text.slice(start, remark).trim() === '') {
    const next = text.indexOf('\n', end + 1);
    found.push(...mixedQuotes(text, end, next === -1 ? text.length : next, literals, 'announced'));
  }
  return found;
}

/** Quoted texts between two places that are mixed like passwords. */
function mixedQuotes(text: string, from: number, to: number, literals: Literals, rule: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let i = firstLiteral(literals, from); i < literals.starts.length; i++) {
    const start = literals.starts[i] as number;
    const end = literals.ends[i] as number;
    if (start >= to) break;
    if (end - start > 100 || end - start < 6) continue;
    const value = text.slice(start, end);
    if ((atLeast(likenessOf(value), 'mixed') && !isNaming(value)) || isMadeOfWords(value))
      found.push({ start, end, rule });
  }
  return found;
}

/** `login: svc / hunter2x`. */
const announces = /^(?:logins?|creds?|credentials?|zugang|zugangsdaten)$/i;

/** `login: mia / …`: the other word of an account, whatever it looks like. */
function accountIn(text: string, name: number, end: number): SecretRange[] {
  const match = /^([a-z]+)\s?[:=]\s?[\w.@-]{2,40}\s\/\s([^\s/]{4,40})$/i.exec(
    text.slice(name, Math.min(end, name + 140)).replace(/\s{0,3}(?:\*\/\}?|-->)?\s*$/, ''),
  );
  if (match === null || !announces.test(match[1] as string) || isNaming(match[2] as string)) return [];
  const to = name + match[0].length;
  return [{ start: to - (match[2] as string).length, end: to, rule: 'remark' }];
}

function isRemarked(value: string, name: string, telling: Telling): boolean {
  // `pass Row_Count2 to it`: the verb.
  const isLabel = telling === 'password' ? !/^pass$/i.test(name) : announces.test(name);
  if (isLabel && isMadeOfWords(value)) return true;
  const likeness = likenessOf(value);
  if (telling === 'password' && isRandomGroups(value)) return true;
  if (isNaming(value) || isOfMachine(value) || !atLeast(likeness, 'mixed')) return false;
  return likeness === 'strong' || telling === 'password' || (telling === 'place' && announces.test(name));
}

/** Where a comment begins on a line; -1 if there is none. */
function remarkStart(text: string, start: number, end: number): number {
  const line = text.slice(start, Math.min(end, start + 1000));
  const match = /^\s*(?:\/\/|#|\*|--|;|\{?\/\*|<!--|%|'(?![^']*')|"{3}|REM\b|!)|\s(?:\/\/|#|--|\/\*|;)\s/.exec(line);
  return match ? start + match.index : -1;
}

function wordsOf(text: string, from: number, to: number): { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  for (const match of text.slice(from, to).matchAll(/[^\s"'`,;()<>]+/g)) {
    // `{@code hunter2x}`
    const word = (match[0].includes('{') ? match[0] : match[0].replace(/\}[.,]?$/, '')).replace(/[.:!?]+$/, '');
    // `admin/hunter2x`
    const start = word.includes('//') ? 0 : word.lastIndexOf('/') + 1;
    if (word.length - start >= 6 && word.length <= 100)
      words.push({ start: from + match.index + start, end: from + match.index + word.length });
  }
  return words;
}
