/** Values that a label in a comment announces: `PW Wolkenbruch_7`, `the pass for the demo is Orchid-Stone-80`, `PIN of the safe: 739204`. */
import type { SecretRange } from './finding.ts';
import { isJoinedWords, isOfPrograms } from './joinedWords.ts';
import { isMadeOfSmallWords, isMadeOfWords } from './madeOfWords.ts';
import type { Telling } from './names.ts';
import { isNaming } from './placeholders.ts';
import { isOfMessages, isSeveralWords } from './severalWords.ts';

const reach = 120;
/** `is` in several languages. */
const verbs = 'is|was|ist|war|lautet|est|es|è|é|är|jest';
/** Directly behind the label, or after what it is for. */
const value = String.raw`["'\x60]?([^\s"'\x60,;()<>]{4,60})`;
const verb = new RegExp(String.raw`[:=：]\s|\s(?:${verbs})\s`, 'i');
/** Several words up to the end of the comment, or of its part: `Kennwort lautet Graue Gans fliegt 3x`. */
const severalBehind = new RegExp(
  String.raw`^(?:\s[\p{L}\d.-]{1,24}){0,5}(?:\s?[:：]|\s(?:${verbs}))\s((?:[\p{L}\d][\p{L}\p{M}\d!'’-]{0,20}\s){1,4}[\p{L}\d][\p{L}\p{M}\d!'’-]{0,20})(?=\s*(?:[.,;(—]|\*\/|-->|$))`,
  'iu',
);
/** An account after its label: `der Login ist redaktion / Apfelwein-Bembel`. */
const accountBehind = new RegExp(
  String.raw`^(?:\s[\p{L}\d.-]{1,24}){0,6}(?:\s?[:=：]|\s(?:${verbs}))\s[\w.@-]{2,40}\s\/\s${value}`,
  'iu',
);
const behind = new RegExp(String.raw`^\s?(?:[:=：]|\s?(?:${verbs}))?\s{0,3}${value}`, 'i');
const announced = new RegExp(
  String.raw`^(?:\s[\p{L}\d.-]{1,24}){1,6}(?:\s?[:=：]|\s(?:${verbs}))\s{1,3}${value}`,
  'iu',
);

/** `text` from the end of the name to the end of its line. */
export function labelledIn(text: string, from: number, end: number, telling: Telling): SecretRange[] {
  const rest = text.slice(from, Math.min(end, from + reach));
  if (telling === 'place') return accountIn(rest, text.slice(Math.max(0, from - 14), from), from);
  if (telling !== 'password' && telling !== 'pin') return [];
  // `pass Layout_Grid2 to it`: the verb, unlike `mia / pass …`.
  const before = text.slice(Math.max(0, from - 10), from);
  const isVerb = /\bpass$/i.test(before) && !/\w\s?[/,;:(]\s?pass$/i.test(before) && !/^\s?[:=]/.test(rest);
  // `Pass 3: Structural Refinement` is a step.
  const words = telling === 'password' && !/\bpass$/i.test(before) ? severalIn(rest, from) : [];
  const single = (isVerb ? [announced] : [behind, announced]).flatMap((pattern) => {
    const match = pattern.exec(rest);
    const word = (match?.[1] ?? '').replace(/[.:!?]+$/, '');
    if (
      match === null ||
      !(
        isAnnounced(word, telling) ||
        (telling === 'password' &&
          (isJoinedBehind(before, match[0], word) ||
            isWordBehind(before, match[0], word, rest.slice(match.index + match[0].length))))
      )
    )
      return [];
    const start = from + match[0].lastIndexOf(word);
    return [{ start, end: start + word.length, rule: 'label' }];
  });
  return [...single, ...words];
}

/** Of several words, a name of two or with a number, unlike explanations: `password: taken from the vault`. */
function severalIn(rest: string, from: number): SecretRange[] {
  const match = severalBehind.exec(rest);
  const words = (match?.[1] ?? '').trim();
  if (match === null || !/^\p{Lu}/u.test(words) || !isSeveralWords(words)) return [];
  const isName = /\s[0-9]{1,4}\p{L}?$|\s\p{Lu}\p{Ll}{2,}$/u.test(words);
  if (!isName) return [];
  const start = from + match.index + match[0].lastIndexOf(words);
  return [{ start, end: start + words.length, rule: 'label' }];
}

/** `announces`: the end of the line up to the label. */
function accountIn(rest: string, announces: string, from: number): SecretRange[] {
  if (!/(?:^|[^\w])(?:logins?|creds|credentials|zugang|zugangsdaten)$/i.test(announces)) return [];
  const match = accountBehind.exec(rest);
  const word = (match?.[1] ?? '').replace(/[.:!?]+$/, '');
  if (match === null || !(isAnnounced(word, 'password') || isJoinedWords(word, true))) return [];
  const start = from + match[0].lastIndexOf(word);
  return [{ start, end: start + word.length, rule: 'label' }];
}

/** Words without a number follow a sign or verb; in some languages a particle ends the label: `パスワードは`. */
function isJoinedBehind(before: string, whole: string, word: string): boolean {
  if (!verb.test(whole) && !/[は是为為が는은]$/.test(before)) return false;
  return !/^\s?[0-9]/.test(whole) && isJoinedWords(word, true);
}

/** A single word that ends the comment, behind a sign or a verb: `Passwort für den Testserver: Butterblume`, `pw is hopscotch`. */
function isWordBehind(before: string, whole: string, word: string, after: string): boolean {
  if (/\bpass$/i.test(before) || !/^["'`]?\s*(?:\*\/|-->)?\s*$/.test(after)) return false;
  const small = word.toLowerCase();
  return (
    (/[:=：]\s{1,3}["'`]?\S+$/.test(whole) || isSaid(whole, word)) &&
    /^\p{L}{6,24}$/u.test(word) &&
    !/[a-z][A-Z]/.test(word) &&
    !isOfPrograms(small) &&
    !isOfMessages(small) &&
    !isNaming(word) &&
    !adjective.test(small)
  );
}

/**
 * Only `lautet` says nothing else than what a password is. Directly behind `is` there are participles and adjectives too; behind the verbs
 * of other languages they have small letters, and names of things have none.
 */
function isSaid(whole: string, word: string): boolean {
  if (/\slautet\s["'`]?\S+$/i.test(whole)) return !/^(?:wie|anders|folgt|gleich)/i.test(word);
  if (/^\s(?:is|was)\s["'`]?\S+$/i.test(whole)) return !predicate.test(word.toLowerCase());
  return /\s(?:ist|war|est|es|è|é|är|jest)\s["'`]?\p{Lu}\S+$/u.test(whole);
}

const predicate =
  /(?:[aeiou][nr]|own|ght|[ln]t|[bdgkpst]le|[aiou]d|[aeiu]ct|ess|like|same|[aeu]se|ext|self|ure|[aeo]te|[eu]ed|ish|que|ngs?|[aeiou]rs|ths?|ths|nce|age)$/;
const adjective = /(?:ed|ing|able|ible|al|ic|ive|ous|ly|ant|ful|less|ary|ory|tion|ment)$/;

function isAnnounced(word: string, telling: Telling): boolean {
  // Shorter ones number contacts and steps.
  if (telling === 'pin') return /^[0-9]{6,12}$/.test(word);
  return (
    isMadeOfWords(word) ||
    isMadeOfSmallWords(word) ||
    (/^[A-Z][a-z]{5,15}[-_.][0-9]{1,4}$/.test(word) && !isNaming(word.replace(/[0-9]/g, '')))
  );
}
