/** Accounts next to their passwords: `logins = { mia: '…', jonas: '…' }`, `credentials = [('mia', '…'), …]`. */
import type { SecretRange } from './finding.ts';
import { lineUpTo } from './lines.ts';
import { firstLiteral, type Literals } from './literals.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, likenessOf } from './values.ts';

/** From the name to the opening of the list, and from there to its end. */
const reach = { opening: 60, list: 1_500 } as const;
const mostEntries = 40;

/** Names of collections, perhaps numbered. */
const names =
  /(?:passwords|passwds|pwds|logins|credentials?|creds?|userpass|passwort(?:e|liste)|accounts|users)[0-9]{0,3}$/i;
/** Collections of people, who have other properties as well. */
const ofPeople = /users[0-9]{0,3}$/i;
const opens = /^["'`\]]{0,2}\s?(?::\s?[\w<>[\], .]{1,40})?\s?(?:=>?|:|:=|=\s?new)\s?[\w<>[\], .:]{0,40}[({[]/;
const between = /^["'`]\s{0,4}(?::|=>|,|=|to\b|->)\s{0,4}[bfru@]?$/;
/** `users.get(name) === password`, `USERS[name] != form.password` */
const compared =
  /\b([A-Za-z_]\w{2,40})(?:\.(?:get|fetch|dig)\(|\[)[^\n=!]{1,40}?[\])]{1,2}\s?[!=]==?\s?[\w.$]{0,40}(?:pass(?:word|wd|wort)?|pwd?)\b/gi;

/** Names of collections that passwords are looked up in. */
export function lookedUpIn(text: string): Set<string> {
  return new Set([...text.matchAll(compared)].map(([, name]) => name as string));
}

/** An unquoted key: `mia: '…'`. */
const bareKey = /(?:^|[{,(\s])[A-Za-z_][\w.@-]{1,40}\s?(?::|=>|=)\s{0,4}[bfru@]?$/;

export function isBook(name: string): boolean {
  return names.test(name);
}

/** Values of the pairs in the list after a name, and how far it was read; nothing if it is no list of pairs. */
export function pairsBehind(
  text: string,
  name: string,
  to: number,
  literals: Literals,
  isLookedUp: (name: string) => boolean,
): { found: SecretRange[]; seen: number } {
  // Go's `[]Credentials{{"mia", "…"}}`: the name of the type.
  const isType = text[to] === '{' && text[to - name.length - 1] === ']';
  const open = isType ? '{' : opens.exec(text.slice(to, to + reach.opening))?.[0];
  if (open === undefined) return { found: [], seen: to };
  const from = to + open.length;
  const limit = endOfList(text, from);
  // `basicAuth({ users: { mia: '…' } })`
  const ofPasswords =
    /pass|pwd/i.test(name) || isLookedUp(name) || /basic_?auth\W/i.test(lineUpTo(text, to - name.length, 80));
  const isOfPeople = ofPeople.test(name) && !ofPasswords;
  const found: SecretRange[] = [];
  let keyEnd = -1;
  let opensRow = false;
  for (let i = firstLiteral(literals, from); i < literals.starts.length && found.length < mostEntries; i++) {
    const [start, end] = [literals.starts[i] as number, literals.ends[i] as number];
    if (start >= limit) break;
    const way = text.slice(keyEnd === -1 ? Math.max(from - 1, start - 60) : keyEnd, start - 1);
    const isValue = (keyEnd !== -1 && between.test(way)) || bareKey.test(way);
    // In `[("mia", "…")]` the name opens its row.
    const isBesideName = opensRow && keyEnd !== -1 && /^["'`]\s{0,4},/.test(way);
    opensRow = start - 2 >= from && /[([{]\s?[bfru@]?["'`]$/.test(text.slice(start - 4, start));
    // A value is not the key of the next one.
    keyEnd = isValue ? -1 : end;
    const value = text.slice(start, end);
    if (isValue && (isOfPeople ? isBesideName && isMixed(value) : isPassword(value, ofPasswords)))
      found.push({ start, end, rule: 'book' });
  }
  return { found, seen: limit };
}

function endOfList(text: string, from: number): number {
  const limit = Math.min(text.length, from + reach.list);
  let depth = 1;
  for (let at = from; at < limit; at++) {
    const char = text[at] as string;
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && --depth === 0) return at;
  }
  return limit;
}

/** Under a name of accounts, small letters may be a kind of account. */
function isPassword(value: string, ofPasswords: boolean): boolean {
  if (value.length < 6 || /\s|^[./#$]|[(){}<>]/.test(value) || isPlaceholder(value) || isNaming(value)) return false;
  if (/^[a-z]{3,}(?:-[a-z]{3,}){2,}$/.test(value)) return true;
  const isName = /[-_.:/]/.test(value) || (!ofPasswords && /^[a-z]+$/.test(value));
  return atLeast(likenessOf(value), isName ? 'mixed' : 'word') || isMadeOfWords(value);
}

/** People have ids and addresses too. */
function isMixed(value: string): boolean {
  return value.length >= 8 && !isNaming(value) && (atLeast(likenessOf(value), 'mixed') || isMadeOfWords(value));
}
