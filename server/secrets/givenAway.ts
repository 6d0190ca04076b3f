/** Which values a name gives away: the more it says and the closer it is, the less a value must look like a secret. */
import type { Candidate } from './finding.ts';
import { readsLikeWords, wordShare } from './letterPairs.ts';
import { isMadeOfSmallWords, isMadeOfWords } from './madeOfWords.ts';
import type { Telling } from './names.ts';
import { isNaming, isNumberedSample, isPlaceholder } from './placeholders.ts';
import { isRelease } from './publicValues.ts';
import { isMadeUp, isUnsteady } from './randomness.ts';
import { atLeast, isAlgorithm, isGrouped, isPassPhrase, isRandomGroups, type Likeness, likenessOf } from './values.ts';

/** A line of `authorized_keys`, which is beside the name of a key and meant to be given away. */
const publicKey = /^(?:sk-)?(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-[\w-]{1,20})(?:@openssh\.com)? AAAA/;

/** Whether a value is a secret, by its name and its relation to it. */
export function isGivenAway(
  value: string,
  { relation, quoted, assigned, isOfShell = false }: Candidate,
  telling: Telling,
): boolean {
  if (publicKey.test(value) || (telling === 'place' && isRelease(value))) return false;
  // `input_cost_per_token: 2.5e-06`
  if (!quoted && telling === 'key' && /^[0-9]{1,3}\.[0-9]{1,6}e-?[0-9]{1,2}$/i.test(value)) return false;
  if ((telling === 'key' || telling === 'place') && isNumberedSample(value)) return false;
  if (relation !== 'near' && isOfWords(value, telling, quoted || assigned)) return true;
  if (telling === 'pin') return (relation === 'direct' || (relation === 'argument' && quoted)) && isPin(value);
  if (quoted && relation !== 'near' && telling !== 'place' && isGrouped(value)) return true;
  if (quoted && relation !== 'near' && telling !== 'place' && isHexPairs(value)) return true;
  if (quoted && /\s/.test(value)) {
    if (relation === 'argument' && telling === 'phrase') return isPassPhrase(value, true);
    if (relation === 'argument' && telling === 'password') return hasNumber(value) && isPassPhrase(value, true);
    if (relation !== 'direct') return false;
    return (
      (telling === 'password' && isPassPhrase(value, true)) ||
      (telling === 'phrase' && isPassPhrase(value, false)) ||
      (telling !== 'place' && hasStrongWord(value))
    );
  }
  if (isTold(telling) && relation !== 'near' && isDice(value)) return true;
  if (telling === 'password' && relation !== 'near' && isRandomGroups(value)) return true;
  if (telling === 'key' && relation === 'direct' && !quoted && value.includes('=') && hasStrongWord(value)) return true;
  if (telling === 'password' && relation === 'argument' && quoted && value.length >= 8 && isPin(value)) return true;
  const likeness = likenessOf(value);
  const least = leastLikeness(telling, relation, quoted, assigned);
  if (least === null || !atLeast(likeness, least)) {
    if (telling === 'password' && relation !== 'near' && (quoted || assigned) && hasDollarWithin(value)) return true;
    if (!quoted && relation === 'direct' && telling === 'password') return isPin(value) || isOddInProse(value);
    const isClose = relation === 'direct' || (relation === 'argument' && telling === 'password');
    return telling !== 'place' && isClose && quoted && isOddPassword(value, telling);
  }
  if (likeness === 'strong') return telling !== 'key' || !isMadeUp(value);
  if (isNaming(value)) return false;
  if (telling === 'key' && isMadeUp(value)) return false;
  if (likeness === 'mixed')
    return (
      quoted ||
      (isOfShell && /^[\w-]+$/.test(value)) ||
      telling !== 'key' ||
      wordShare(value) < 0.5 ||
      hasAllClasses(value)
    );
  if (telling !== 'key' && /^[a-z]{3,}(?:[-_.][a-z]{3,}){2,}$/.test(value)) return true;
  return (
    (hasNumber(value) && value.length >= 6) ||
    !isIdentifier(value) ||
    (quoted && telling === 'password' && isTwoWords(value))
  );
}

/** Without quotes, a dot or `_` may join the names of a program, but no dash without blanks. */
function isOfWords(value: string, telling: Telling, isText: boolean): boolean {
  if (!isText && !(telling === 'password' && value.includes('-'))) return false;
  return isMadeOfWords(value) || (telling === 'password' && isMadeOfSmallWords(value));
}

/** `VelvetOrbit`: two words joined by a person; names in programs have more, or begin with a small letter. */
function isTwoWords(value: string): boolean {
  return /^[A-Z][a-z]{2,}[A-Z][a-z]{2,}$/.test(value);
}

function hasNumber(value: string): boolean {
  return /[0-9]/.test(value) && /[A-Za-z]/.test(value);
}

/** `8f 1a 04 …`: sixteen bytes or more. */
function isHexPairs(value: string): boolean {
  return /^(?:[0-9a-fA-F]{2}[\s:-]){15,}[0-9a-fA-F]{2}$/.test(value) && new Set(value).size > 8;
}

/** Four or more Diceware words. */
function isDice(value: string): boolean {
  return /^[a-z]{3,}(?:-[a-z]{3,}){3,}$/.test(value);
}

function isTold(telling: Telling): boolean {
  return telling === 'password' || telling === 'phrase';
}

function hasAllClasses(value: string): boolean {
  return /[0-9].*[0-9]/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
}

/** A strong word within a header or pair: `X-Signature: sha256=9a3c…`. */
function hasStrongWord(value: string): boolean {
  return value.split(/[\s=:;,]+/).some((word) => word.length >= 16 && likenessOf(word) === 'strong');
}

function isPin(value: string): boolean {
  return /^[0-9]{4,20}$/.test(value);
}

/** A name of several words, unlike the password `letmein`: `userPassword`, `form.pass-field`. */
export function isIdentifier(value: string): boolean {
  if (value.length > 40 || /[-_.:/]/.test(value)) return true;
  // Random letters may sound like words, but have capitals where names have none.
  return /[a-z][A-Z]/.test(value) && readsLikeWords(value) && !(value.length >= 10 && isUnsteady(value));
}

/** Passwords with symbols that also occur in code, such as Django's keys. */
function isOddPassword(value: string, telling: Telling): boolean {
  if (value.length < 10 || /\s/.test(value) || isPlaceholder(value) || isAlgorithm(value)) return false;
  if (/\$\{|\{\{|%\(|\(\)|=>|<\/|\w::\w|\\[dws]|\w\(\w*\)/.test(value)) return false;
  const digits = (value.match(/[0-9]/g) ?? []).length;
  const signs = (value.match(/[^A-Za-z0-9\s]/g) ?? []).length;
  const mixes = digits > 0 || (telling === 'password' && signs > 0 && (isUneven(value) || isUnsteady(value)));
  return mixes && /[a-z]/i.test(value) && (signs > 1 || telling === 'password') && wordShare(value) < 0.6;
}

/** `Pa$$w0rd`, `Blue$Whale42`: template variables have names of small letters, or brackets. */
function hasDollarWithin(value: string): boolean {
  if (value.length < 6 || value.length > 60 || !/^[^$\s"'`{}()<>[\]\\][^\s"'`{}()<>[\]\\]*$/.test(value)) return false;
  if (!value.includes('$') || isPlaceholder(value)) return false;
  return /[A-Za-z0-9@!]\$\$[A-Za-z0-9]/.test(value) || hasAllClasses(value);
}

/** In prose, where brackets are not calls: `wK(YnpNP68Yo`. */
function isOddInProse(value: string): boolean {
  return isUneven(value) && hasAllClasses(value) && wordShare(value) < 0.5 && !/[A-Za-z]{3}[([{]/.test(value);
}

/** Unbalanced brackets, unlike code. */
function isUneven(value: string): boolean {
  return ['()', '[]', '{}', '<>'].some(
    ([open, close]) => value.split(open as string).length !== value.split(close as string).length,
  );
}

function leastLikeness(
  telling: Telling,
  relation: Candidate['relation'],
  quoted: boolean,
  assigned: boolean,
): Likeness | null {
  switch (telling) {
    case 'password':
    case 'phrase':
      return relation === 'direct' && (quoted || assigned) ? 'word' : 'mixed';
    case 'key':
      return relation === 'direct' || (relation === 'argument' && quoted) ? 'mixed' : 'strong';
    case 'place':
      return relation !== 'near' && quoted ? 'mixed' : 'strong';
    case 'pin':
    case 'none':
      return null;
  }
}
