/**
 * Passwords that people put together from words and a number: `Lime-Trunk-29`, `Elder_Barrel12`. Releases and headers look alike, so a label
 * has to say that it is one.
 */
import { letterRuns } from './letterPairs.ts';
import { isNaming } from './placeholders.ts';

const word = '(?:[A-Z][a-z]{2,15}|[a-z]{3,16})';
const shape = new RegExp(
  `^${word}(?:[-_.](?:${word}|[a-z]?[0-9]{1,4}[a-z]?)){0,3}(?:[0-9]{1,4}[a-z]?|[-_.](?:[0-9]{1,4}[a-z]?|${word}[0-9]{0,4}))$`,
);

/** Things that are numbered. */
const numbered = new Set(
  `version release build draft type kind mode model class step part page table row column section chapter level phase stage group item case
  test tests example sample dummy header content node issue ticket option value line slide figure route layer zone
  sha argon bcrypt scrypt aes rsa utf iso http oauth tls ssl api rest`.split(/\s+/),
);

/** Limits and rules, as in settings about passwords. */
const ofRules = new Set(
  'min max least most age days hours minutes chars digits keep last first rounds cost'.split(' '),
);

/** The same in small letters, `lime-trunk-29`, which names of things are as well: only directly beside the name of a password. */
export function isMadeOfSmallWords(value: string): boolean {
  if (value.length > 60 || !/^[a-z]{3,15}(?:[-_.][a-z]{3,15}){1,3}[-_.]?[0-9]{2,4}$/.test(value)) return false;
  return areFree(value) && !letterRuns(value).some((one) => ofRules.has(one));
}

export function isMadeOfWords(value: string): boolean {
  if (value.length < 8 || value.length > 60 || !/[0-9]/.test(value) || !/[A-Z]/.test(value)) return false;
  if (!/[-_.]/.test(value) || !shape.test(value)) return false;
  return areFree(value);
}

/** Several words, none of which names a thing that is numbered, or a secret. */
function areFree(value: string): boolean {
  const words = letterRuns(value).filter(({ length }) => length > 2);
  return (
    words.length > 1 && !words.some((one) => numbered.has(one.toLowerCase())) && !isNaming(value.replace(/[0-9]/g, ''))
  );
}
