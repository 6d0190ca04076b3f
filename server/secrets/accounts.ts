/** Passwords after the name of an account, in any call: `open("db", "admin", "83511640")`, `login admin hunter2x`. */
import type { SecretRange } from './finding.ts';
import { isJoinedWords } from './joinedWords.ts';
import { lineUpTo } from './lines.ts';
import { isWord, type Literals } from './literals.ts';
import { isNaming } from './placeholders.ts';
import { isSeveralWords } from './severalWords.ts';
import { isPasswordWord } from './uses.ts';
import { atLeast, isPassPhrase, likenessOf } from './values.ts';

const account = /^(?:admin|administrator|root|sa|sysadmin|postgres|superuser|operator)$/i;
/** In any call, the argument after a mail address is a password if it is mixed like one. */
const address = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/i;
/** Google's for a program. */
const appPassword = /^[a-z]{4}(?: [a-z]{4}){3}$/;
/** A directory name (LDAP), which a password follows. */
const entry = /^(?:cn|uid|ou|dc)=[^"'`]{1,60}$/i;
const next = /^["']\s{0,3},\s{0,3}["']$/;
/** `name === "admin" && word === "…"`, `"admin".equals(name) && "…".equals(word)`. */
const compared =
  /^["'](?:\.equals\([\w.]{1,30}\)|\s\)|\))?\s{1,3}(?:&&|and|-and|AND)\s{1,3}\(?(?:\$?[\w.$>-]{1,40}(?:\[["']\w{1,20}["']\])?(?:\s?===?\s?|\.equals\())?["']$/;

export function byAccount(text: string, { starts, ends }: Literals): SecretRange[] {
  const found: SecretRange[] = [];
  for (let i = 0; i + 1 < starts.length; i++) {
    const [start, end] = [starts[i] as number, ends[i] as number];
    const from = starts[i + 1] as number;
    const to = ends[i + 1] as number;
    if (end - start < 2 || end - start > 60 || from - end > 90 || to - from > 100 || to - from < 6) continue;
    const who = text.slice(start, end);
    const isAddress = address.test(who);
    const isEntry = entry.test(who);
    if (!isAddress && !isEntry && !account.test(who)) continue;
    const between = text.slice(end, from);
    if (!next.test(between) && !compared.test(between)) continue;
    const value = text.slice(from, to);
    // Addresses have a rule of their own.
    if (/^[a-z][a-z0-9+.-]{1,30}:\/\//.test(value)) continue;
    if (isEntry && !value.includes('=') && (isPasswordWord(value) || isJoinedWords(value) || isSeveralWords(value)))
      found.push({ start: from, end: to, rule: 'account' });
    if (
      isAddress
        ? appPassword.test(value) || (!isNaming(value) && atLeast(likenessOf(value), 'mixed'))
        : isPassword(value)
    )
      found.push({ start: from, end: to, rule: 'account' });
  }
  return found;
}

/** `mia@shop.example:…` in a list of accounts; a host may also be followed by paths, ports and file names. */
const behindAddress = /@[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.[a-z]{2,12}[:;|]([^\s"'`<>(),;|\\]{6,60})/iy;
const copiesFiles = /\b(?:scp|rsync|ssh|sftp|git)\b/;

export function besideAddress(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let at = text.indexOf('@', 1); at !== -1; at = text.indexOf('@', at + 1)) {
    if (!isWord(text.charCodeAt(at - 1))) continue;
    behindAddress.lastIndex = at;
    const match = behindAddress.exec(text);
    const value = match?.[1] ?? '';
    if (!match || /\/|\.[a-z]{2,4}$/.test(value) || isNaming(value) || !atLeast(likenessOf(value), 'mixed')) continue;
    const before = lineUpTo(text, at, 120);
    // An address with a password before its `@` is for another rule.
    if (copiesFiles.test(before) || /:\/\/\S*$/.test(before)) continue;
    const end = at + match[0].length;
    found.push({ start: end - value.length, end, rule: 'account' });
  }
  return found;
}

function isPassword(value: string): boolean {
  if (isNaming(value)) return false;
  return (
    /^[0-9]{6,20}$/.test(value) ||
    /^[a-z]{3,}(?:[-_.][a-z]{3,}){3,}$/.test(value) ||
    atLeast(likenessOf(value), 'mixed') ||
    (/[0-9].*[^\w\s]|[^\w\s].*[0-9]/.test(value) && /[A-Za-z]/.test(value) && !/\s/.test(value)) ||
    (value.split(' ').length >= 4 && isPassPhrase(value, true))
  );
}
