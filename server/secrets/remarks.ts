/** Passwords in comments without a name: `# rotate svc / Tr0ub4dor&3`. Nothing is quoted there, so only strong ones count. */
import type { SecretRange } from './finding.ts';
import { isOfPrograms } from './joinedWords.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { classesOf } from './randomness.ts';
import { membersOf } from './runs.ts';
import { isPasswordWord } from './uses.ts';
import { atLeast, likenessOf } from './values.ts';

/** Longer lines are no comments. */
const longest = 300;

export function byRemark(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const block = new Block();
  for (let from = 0; from < text.length; ) {
    const newLine = text.indexOf('\n', from);
    const end = newLine === -1 ? text.length : newLine;
    let at = from;
    while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
    const opens = opensRemark(text, at);
    const isRemark = opens || block.holds(text, at, end);
    if (opens) block.open(text, at, end);
    if (end - at <= longest && isRemark && hasDigitAndSign(text, at, end)) found.push(...strongWords(text, at, end));
    if (end - at <= longest && isRemark)
      found.push(
        ...accounts(text, at, end),
        ...accountInWords(text, at, end),
        ...formerPassword(text, at, end),
        ...besideLogin(text, at, end),
        ...accountInBrackets(text, at, end),
      );
    from = end + 1;
  }
  return found;
}

/** A docstring or comment whose lines have no mark of their own. */
class Block {
  #closer = '';
  #lines = 0;

  /** If a line opens one and does not close it. */
  open(text: string, at: number, end: number): void {
    if (this.#closer !== '') return;
    const closer = closers[text.slice(at, at + 3)] ?? closers[text.slice(at, at + 2)] ?? '';
    if (closer === '' || text.slice(at + closer.length, Math.min(end, at + longest)).includes(closer)) return;
    this.#closer = closer;
    this.#lines = 0;
  }

  /** Whether a line lies in it. One that is not closed soon is none. */
  holds(text: string, at: number, end: number): boolean {
    if (this.#closer === '') return false;
    if (++this.#lines > mostLines || text.slice(at, Math.min(end, at + longest)).includes(this.#closer))
      this.#closer = '';
    return this.#lines <= mostLines;
  }
}

const mostLines = 60;
const closers: Readonly<Record<string, string>> = { '"""': '"""', "'''": "'''", '/*': '*/', '<!-': '-->' };

/** `log in as mia with hunter2x`, `logs in with hunter2x`, `mia@shop.example / hunter2x`, `mia:hunter2x` in quotes, `root:hunter2x` and `root / hunter2x`. */
const account =
  /\b(?:(?:log(?:s|ged)?|sign(?:s|ed)?)[ -]?in (?:as \S{2,40} )?|[\w.+-]{1,40}@[\w-]{1,40}\.[\w.]{2,40} )(?:with|using|and|by|\/) (?:the )?(?:password )?["'`]?((?![\w.+-]{1,40}@[\w-]{1,40}\.)[^\s"'`,;()<>]{6,40})|["'`][a-z][a-z.]{1,20}:([^\s"'`:/,;()<>]{6,40})["'`]|(?<![\w./-])(?:root|admin|administrator|sysadmin|postgres|superuser)(?::|\s\/\s)([^\s"'`:/,;()<>]{6,40})(?![^\s"'`,;)<>])/gi;

/** `postgres:17rc1` and `admin:commit-1a2b3c4` are images. */
const imageTag =
  /^[0-9]{1,2}(?:\.[0-9]{1,2})?(?:beta|rc)[0-9]|^(?:commit|sha|git|rev|build|ref|pr|mr|branch|release|main|master|nightly|dev|stable|v)[-_.][0-9a-f]{1,40}(?:[-_.]|$)/i;
/** A capitalized word that a comment says was the password: `old password was Hunterlake`. */
const was =
  /\b(?:pass(?:word|wd|phrase|code)?|pwd?|passwort|kennwort)\s(?:was|war|used to be)\s(?:always\s|still\s)?([A-Z][a-z]{5,30})[.!]?\s*(?:\*\/\}?|-->)?$/;

function accounts(text: string, from: number, to: number): SecretRange[] {
  const line = text.slice(from, to);
  if (
    !/ in (?:as|with) |@\S{3,80} (?:with|using|and|by|\/) |["'`][A-Za-z.]{2,21}:|(?:root|admin|administrator|postgres|superuser)(?::| \/ )/i.test(
      line,
    )
  )
    return [];
  return [...line.matchAll(account)].flatMap(({ 0: whole, 1: one, 2: other, 3: more, index }) => {
    const value = (one ?? other ?? more ?? '').replace(/[.:!?]+$/, '');
    if (!/[0-9]/.test(value) || imageTag.test(value) || isNaming(value)) return [];
    const isJoined = !whole.includes(`:${value}`) && isMadeOfWords(value);
    if (!isJoined && !atLeast(likenessOf(value), 'mixed')) return [];
    const start = from + index + whole.lastIndexOf(value);
    return [{ start, end: start + value.length, rule: 'remark' }];
  });
}

/** `log in with mia:hunterlake`, `user: mia, password: hunterlake`: an account in so many words, whatever the password looks like. */
const inWords =
  /\b(?:log|sign)[ -]?in (?:with|as|using) ["'`]?[a-z][\w.@-]{1,30}["'`]?(?::|\s\/\s)["'`]?([^\s"'`,;()<>/:]{6,40})|\b(?:user(?:name)?|login|account|benutzer|utilisateur|usuario)(?:\s?[:=]|\sis)\s?["'`]?[\w.@-]{2,40}["'`]?[,;/ ]{1,3}(?:(?:and|und|et|y)\s)?(?:pass(?:word|wd|wort)?|pwd?|kennwort|mdp|senha|contraseña)(?:\s?[:=]|\sis)\s?["'`]?([^\s"'`,;()<>]{4,40})|\b(?:login|credentials|creds)(?:\s?[:=]|\sis|\sare)\s(?:admin|root|demo|test)\s\/\s([^\s"'`,;()<>/:]{6,40})/i;

function accountInWords(text: string, from: number, to: number): SecretRange[] {
  const match = inWords.exec(text.slice(from, to));
  const value = (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').replace(/[.:!?]+$/, '');
  if (match === null || isOfPrograms(value.toLowerCase()) || !isPasswordWord(value)) return [];
  const start = from + match.index + match[0].lastIndexOf(value);
  return [{ start, end: start + value.length, rule: 'remark' }];
}

/** What a comment about logging in says besides. */
const login =
  /\b(?:log(?:s|ged)?[ -]?(?:in|on)|log[io]ns?|sign(?:s|ed)?[ -]?(?:in|on)|(?:test|demo|staging|admin|guest|shared) account|wi-?fi|ssid|vpn|door code|creds|leaked|anmeld\w{0,4}|zugang|einloggen|connexion)\b/i;
/** A word with a number at its end, as people make up passwords; tickets and versions have capitals, or fewer digits. */
const madeUp = /^(?:[A-Z]?[a-z]{4,14}[0-9]{4}|[A-Z][a-z]{4,14}[0-9]{3,4}[!@#$%&*?])$/;

/** `# use Larkspur0717! to log in`, `# wifi: guest / hunter2024`. */
function besideLogin(text: string, from: number, to: number): SecretRange[] {
  const line = text.slice(from, to);
  if (!/[0-9]/.test(line) || !login.test(line)) return [];
  return [...line.matchAll(/(?<![\w./@:#$-])[A-Za-z0-9][^\s"'`,;()<>/]{6,30}(?![\w/@(])/g)].flatMap(
    ({ 0: whole, index }) => {
      // A mark after a version ends the sentence.
      const word = whole.replace(/[.:]+$|(?<=^[A-Za-z][a-z]*[0-9]{1,2})[!?]$/, '');
      const { digits, lower, upper } = classesOf(word);
      const isDrawn =
        digits > 0 && lower > 0 && upper > 0 && !/[^A-Za-z0-9!@#$%^&*?]/.test(word) && likenessOf(word) === 'strong';
      if (!isDrawn && !(madeUp.test(word) && atLeast(likenessOf(word), 'mixed'))) return [];
      return imageTag.test(word) || isNaming(word)
        ? []
        : [{ start: from + index, end: from + index + word.length, rule: 'remark' }];
    },
  );
}

/** `# log in with my own account (marc, Harbor.Crane-21)` */
const inBrackets = /\(([a-z][\w.@-]{1,30})(?:,|:|\s\/)\s?([^\s"'`,;()<>/]{6,40})\)/g;

function accountInBrackets(text: string, from: number, to: number): SecretRange[] {
  const line = text.slice(from, to);
  if (!/\([a-z]/.test(line) || !/\b(?:account|user|log(?:s|ged)?[ -]?in|login|sign[ -]?in|konto|compte)\b/i.test(line))
    return [];
  return [...line.matchAll(inBrackets)].flatMap(({ 0: whole, 2: value = '', index }) => {
    const isOne = /[0-9]/.test(value) && (madeUp.test(value) || isMadeOfWords(value) || isLong(value));
    if (!isOne || imageTag.test(value) || isNaming(value)) return [];
    const start = from + index + whole.lastIndexOf(value);
    return [{ start, end: start + value.length, rule: 'remark' }];
  });
}

/** `riverlantern214`: names of fields with a number are shorter. */
function isLong(value: string): boolean {
  return /^[a-z]{10,24}[0-9]{2,4}[!?]?$/.test(value) || likenessOf(value) === 'strong';
}

function formerPassword(text: string, from: number, to: number): SecretRange[] {
  const match = was.exec(text.slice(from, to));
  const value = match?.[1] ?? '';
  if (match === null || isPlaceholder(value) || isNaming(value)) return [];
  const start = from + match.index + match[0].indexOf(value);
  return [{ start, end: start + value.length, rule: 'remark' }];
}

function hasDigitAndSign(text: string, from: number, to: number): boolean {
  let digit = false;
  let sign = false;
  // After the marker, which consists of symbols itself.
  for (let i = from + 2; i < to && !(digit && sign); i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) digit = true;
    else if (signs[code] === 1) sign = true;
  }
  return digit && sign;
}

const signs = membersOf(/[!@#$%^&?]/);

function opensRemark(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 35 || code === 42 || code === 59 || code === 37) return true;
  const next = text.charCodeAt(at + 1);
  // HTML and JSX comments.
  if (code === 60) return text.startsWith('<!--', at);
  if (code === 123) return next === 47 && text.charCodeAt(at + 2) === 42;
  // A docstring.
  if ((code === 34 || code === 39) && next === code && text.charCodeAt(at + 2) === code) return true;
  return (code === 47 && (next === 47 || next === 42)) || (code === 45 && next === 45);
}

function strongWords(text: string, from: number, to: number): SecretRange[] {
  return [...text.slice(from, to).matchAll(/[^\s"'`,;()<>]{8,}/g)].flatMap((match) => {
    // A number before it shows that the mark is no punctuation: `Larkspur0717!`.
    const word = match[0].replace(/[.:?]+$/, '').replace(/(?<![0-9]{3})!+$/, '');
    const { digits, signs, lower, upper } = classesOf(word);
    // Formulas and links have symbols as well.
    if (word.length > 60 || /[=*+/|~]/.test(word)) return [];
    if (digits === 0 || signs === 0 || lower === 0 || upper === 0 || likenessOf(word) !== 'strong') return [];
    return [{ start: from + match.index, end: from + match.index + word.length, rule: 'remark' }];
  });
}
