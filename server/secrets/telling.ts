/** Secrets given away by names: assignments, arguments, pairs, lines of configuration and comments, in any language's syntax. */
import { isAccessName, isAccessWord, isRequestAccount } from './accessWords.ts';
import { atOneRemove } from './atOneRemove.ts';
import { isBook, lookedUpIn, pairsBehind } from './books.ts';
import { candidatesAfter } from './candidates.ts';
import { DeclaredPlaces } from './declaredPlaces.ts';
import type { Candidate, SecretRange } from './finding.ts';
import { isGivenAway, isIdentifier } from './givenAway.ts';
import type { Hints } from './hints.ts';
import { isJoinedWords, isOfPrograms } from './joinedWords.ts';
import { lineUpTo } from './lines.ts';
import { listBehind } from './lists.ts';
import { isWord, type Literals } from './literals.ts';
import { isCipherLabel, isPasswordLabel, isSigningLabel, type Telling, tellingOf } from './names.ts';
import { isCount } from './numbers.ts';
import { NamedLine, onLine } from './onLine.ts';
import { isKeyByPlace, isKeyOfJwt } from './plainKeys.ts';
import { References } from './references.ts';
import { isForPeople, isSeveralWords } from './severalWords.ts';
import { byUse, isPasswordWord, isTypedInto } from './uses.ts';
import { isPassPhrase } from './values.ts';

/** With more names, a line is no source text: it is reported as a whole, unread. */
const mostNames = 150;

export function byName(text: string, literals: Literals, hints: Hints): SecretRange[] {
  const found: SecretRange[] = [];
  let line = new NamedLine(0, -1);
  let past = 0;
  let listed = 0;
  let booked = 0;
  const references = new References(text);
  const places = new DeclaredPlaces(text);
  let lookedUp: Set<string> | null = null;
  const isLookedUp = (name: string): boolean => {
    lookedUp ??= lookedUpIn(text);
    return lookedUp.has(name);
  };
  for (const [i, start] of hints.starts.entries()) {
    const end = hints.ends[i] as number;
    if (start < past || isInside(text, start, end)) continue;
    const [from, to] = nameAround(text, start, end);
    past = to;
    // What follows `</password>` is not its value.
    if (to - from > 80 || isStatement(text, from, to) || (text[from - 1] === '/' && text[from - 2] === '<')) continue;
    if (start >= line.end) {
      const newLine = text.indexOf('\n', to);
      line = new NamedLine(text.lastIndexOf('\n', start) + 1, newLine === -1 ? text.length : newLine);
    }
    const name = text.slice(from, to);
    if (to >= booked && isBook(name)) {
      const book = pairsBehind(text, name, to, literals, isLookedUp);
      found.push(...book.found);
      booked = book.seen;
    }
    const second = tellingOf(name) === 'none' || /^pass$/i.test(name) ? secondWord(text, name, to) : '';
    const said = tellingOf(second === '' ? name : `${name}_${second}`);
    const telling = said === 'none' && isKeyByPlace(text, name, from) ? 'key' : said;
    if (telling === 'none') {
      // A key may be written in numbers under its plain name.
      if (keyInNumbers.test(name) && to >= listed) {
        const list = listBehind(text, to, telling);
        found.push(...list.found);
        listed = list.seen;
      }
      continue;
    }
    if (++line.names > mostNames) {
      if (line.names === mostNames + 1) found.push({ start: from, end: line.end, rule: 'too many to look at' });
      continue;
    }
    if (
      telling === 'password' ||
      isSigningLabel(name) ||
      ((telling === 'place' || telling === 'phrase') && namesPassword.test(name))
    )
      found.push(...byUse(text, from, to));
    if (telling === 'password') found.push(...references.behind(to));
    if (telling === 'password' || telling === 'phrase') places.add(from, to);
    if (telling !== 'key' && isTypedInto(text, from)) found.push(...references.typed(to));
    const nameEnd = to + (second === '' ? 0 : second.length + 1);
    found.push(...beside(text, from, nameEnd + purposeLength(text, nameEnd), telling, literals));
    if (to >= listed) {
      const list = listBehind(text, to, telling);
      found.push(...list.found);
      listed = list.seen;
    }
    found.push(...onLine(text, line, from, nameEnd, telling, literals));
  }
  return [...found, ...places.found()];
}

const keyInNumbers = /^(?!.*pub(?:lic|_|key|[A-Z])).*key(?:_?(?:der|data|bytes|raw|blob|bin|material))?$/i;

/** Python's `pass`: alone on its line, or after the colon of its block. */
function isStatement(text: string, from: number, to: number): boolean {
  if (to - from !== 4 || !text.startsWith('pass', from)) return false;
  return (
    /^[ \t]*;?[ \t]*\r?(?:\n|#|$)/.test(text.slice(to, to + 40)) && /(?:^|:)[ \t]*$/.test(lineUpTo(text, from, 80))
  );
}

/** The verb: `or pass 'ignore' to skip it`, `pass to 'close'`. */
function isVerb(text: string, from: number, to: number, start: number): boolean {
  return (
    to - from === 4 &&
    text[from - 1] !== '-' &&
    /^pass$/i.test(text.slice(from, to)) &&
    /^(?:[ \t]{1,3}(?:to|the|in|from|for|as|by))*[ \t]{1,3}["'`]?$/.test(text.slice(to, start))
  );
}

const namesPassword = /pass(?:w|code|phrase|\b|_)|pwd|passwort|kennwort|contrase|motdepasse|wachtwoord/i;

/** `pinned`, `keyboard`, `assignment`: a short word continued by small letters is another word. */
function isInside(text: string, start: number, end: number): boolean {
  if (end - start > 4) return false;
  const code = text.charCodeAt(end);
  if (code < 97 || code > 122 || code === 115) return false;
  return shortHints.has(text.slice(start, end).toLowerCase());
}

const shortHints = new Set('pw pwd psw key pin puk otp mfa sid sign root bind psk seed jwt pdo mdp dsn'.split(' '));

function nameAround(text: string, start: number, end: number): [number, number] {
  let from = start;
  let to = end;
  while (from > 0 && start - from < 60 && isName(text, from - 1)) from--;
  while (to < text.length && to - end < 60 && isName(text, to)) to++;
  // French `mot de passe` has three words.
  if (/^passe$/i.test(text.slice(from, to)) && /^mot de $/i.test(text.slice(Math.max(0, from - 7), from))) from -= 7;
  // In a string, `\n` begins a line, not a name.
  if (text[from - 1] === '\\' && /[nrt]/.test(text[from] ?? '')) from++;
  return [from, to];
}

/** Names in prose, with blanks between their words: `keypad code`, `vault pin`, `key phrase`. */
function secondWord(text: string, name: string, to: number): string {
  const word = /^ ([A-Za-z]{3,10})\b/.exec(text.slice(to, to + 12))?.[1] ?? '';
  if (/^pass$/i.test(name)) return /^word$/i.test(word) ? word : '';
  return secondWords.has(word.toLowerCase()) ? word : '';
}

const secondWords = new Set('code codes pin phrase words password passphrase'.split(' '));

/** `-` is part of a name between two letters: `api-key`, but not `--key` or `a - key`. */
function isName(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isWord(code) || code === 36) return true;
  return code === 45 && isWord(text.charCodeAt(at - 1)) && isWord(text.charCodeAt(at + 1));
}

/** `password for staging: …`: its purpose belongs to the name. UTF-16 units. */
function purposeLength(text: string, to: number): number {
  return /^\s(?:for|of|on|at|in)\s[\w.@-]{1,40}(?=\s?[:=]\s)/.exec(text.slice(to, to + 60))?.[0].length ?? 0;
}

/** Values related to the name: after its `=`, `:`, `,` or `(`, quoted or not. */
function beside(text: string, from: number, to: number, telling: Telling, literals: Literals): SecretRange[] {
  const found: SecretRange[] = [];
  const logsIn = telling === 'place' || telling === 'key' ? logins.test(text.slice(from, to)) : false;
  if (telling === 'password' || telling === 'phrase') found.push(...phraseBehind(text, from, to, telling));
  const candidates = [...candidatesAfter(text, from, to, literals), ...atOneRemove(text, from, to, literals)];
  for (const [i, candidate] of candidates.entries()) {
    // Within escaped quotes, a blank is left in place of the backslash.
    const value = text
      .slice(candidate.start, Math.min(candidate.end, candidate.start + 300))
      .trim()
      .replace(/^\{noop\}/, '');
    if (isSameWord(value, text.slice(from, to))) continue;
    const place = isVerb(text, from, to, candidate.start) ? ({ ...candidate, relation: 'near' } as const) : candidate;
    if (!candidate.quoted && isCount(text, text.slice(from, to), candidate)) continue;
    if (
      isGivenAway(value, place, telling) ||
      (logsIn && i > 0 && isLoginWord(value, candidate)) ||
      (place.relation === 'direct' &&
        (place.quoted || (place.assigned && value.includes('-'))) &&
        isOfWords(value, text, from, to, candidate))
    )
      found.push({ start: candidate.start, end: candidate.end, rule: telling });
  }
  return found;
}

/** Words of which nothing but their label says that they are a password. */
function isOfWords(value: string, text: string, from: number, to: number, { start, quoted }: Candidate): boolean {
  const name = text.slice(from, to);
  // `LN_kx_dhe_mdp = "kx-dhe-mdp"`
  if (squeezed(name).endsWith(squeezed(value))) return false;
  if (isRequestAccount(text, from, start, start + value.length)) return true;
  if (isAccessName(name) && (isAccessWord(value) || isJoinedWords(value))) return true;
  const signs = isSigningLabel(name) || isKeyOfJwt(text, name, from);
  if (isJoinedWords(value, !quoted)) return isLabel(text, from, to) || signs;
  if (/^\p{Lu}\p{Ll}{9,}$/u.test(value) && isCipherLabel(name))
    return isPasswordWord(value) && !isOfPrograms(value.toLowerCase());
  // Where a secret is only named, the name has no blanks.
  const isTold =
    isLabel(text, from, to) ||
    signs ||
    isAccessName(name) ||
    (/secret$/i.test(name) && assigns.test(text.slice(to, start)));
  return isTold && isSeveralWords(value) && !isForPeople(text, from, to);
}

const assigns = /^["'`\]]{0,2}\s{0,20}(?::\s?[\w&' ]{1,20}\s?)?(?::?=|:|=>)\s{0,4}[\w\s(@[\]]{0,12}["'`]$/;

/** Of results, `pass` is a label among others: there it must be beside an account. */
function isLabel(text: string, from: number, to: number): boolean {
  const name = text.slice(from, to);
  // `/etc/passwd`, and what a call is asked for: `find("password").toBe("…")`, unlike `env("PASSWORD") || "…"`.
  if (
    !isPasswordLabel(name) ||
    text[from - 1] === '/' ||
    /^["'`]\s?\)(?!\s?(?:\|\||\?[?:]|or\b))/.test(text.slice(to, to + 8))
  )
    return false;
  return !/^pass$/i.test(name) || besideAccount.test(text.slice(Math.max(0, from - 160), from));
}

const besideAccount = /\b(?:user(?:name)?|login|account|auth|smtp|ftp|ldap|ssid)\b/i;

/** `options.get("sshpass")` for `sshpass`: a look-up key. */
function isSameWord(value: string, name: string): boolean {
  return value.length < 40 && squeezed(value) === squeezed(name);
}

function squeezed(name: string): string {
  return name.replace(/[-_.]/g, '').toLowerCase();
}

/** Calls that take a user and a password, in this order. */
const logins = /(?:log_?[io]n|sign_?in|basic_?auth|^auth|authenticate|credentials?)$/i;

/** A password that is a word: `login("root", "letmein")`. */
function isLoginWord(value: string, { quoted, relation }: Candidate): boolean {
  return (
    quoted &&
    relation === 'argument' &&
    value.length >= 6 &&
    isPasswordWord(value) &&
    !(/[a-z][A-Z]/.test(value) && isIdentifier(value))
  );
}

/** Unquoted words up to the end of the line: `passphrase: correct horse battery staple`. */
function phraseBehind(text: string, from: number, to: number, telling: Telling): SecretRange[] {
  // Also a line within a string, ended by an escape or quote.
  const line = text.slice(to, to + 240).split(/\n|\\n/, 1)[0] as string;
  const sign = /^["']?(?:\s{0,3}[:=]|\s(?:is|was)\s)\s{0,3}/.exec(line)?.[0];
  if (!sign || /["'`(){}<>]/.test(line.slice(sign.length))) return [];
  const words = line.slice(sign.length).trim();
  // Alone on its line, with an `=`, three words are no code: `admin_passwd = montagne du loup`.
  const isSetting = /^\s?=\s?$/.test(sign) && lineUpTo(text, from, 40).trim() === '' && isSeveralWords(words);
  if (words.split(' ').length < (telling === 'phrase' || isSetting ? 3 : 4) || !isPassPhrase(words, true)) return [];
  return [{ start: to + sign.length, end: to + line.length, rule: telling }];
}
