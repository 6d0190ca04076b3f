/** Secrets written character by character: `String.fromCharCode(104, 102, …)`, `{'h', 'u', 'n', …}`. */
import type { SecretRange } from './finding.ts';
import { formatVisitor, formatWords } from './formats/index.ts';
import { looksRandom } from './randomness.ts';
import { likenessOf } from './values.ts';
import { WordSearch } from './wordSearch.ts';

/** Shorter ones are too few characters to tell from a table of numbers or an alphabet. */
const least = { numbers: 16, letters: 10 } as const;
const most = 400;

/** Codes of printable characters, in decimal or hexadecimal. */
const numbers =
  /(?:(?:0x[2-7][0-9a-fA-F]|[3-9][0-9]|1[01][0-9]|12[0-6])\s{0,2},\s{0,40}){15,400}(?:0x[2-7][0-9a-fA-F]|[0-9]{2,3})/g;
const letters = /(?:'[!-~]'\s{0,2},\s{0,40}){9,400}'[!-~]'/g;

export function byCharacter(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  if (/, ?(?:0x)?[0-9a-f]{2,3}, ?\n? {0,8}(?:0x)?[0-9a-f]{2,3}, ?\n? {0,8}(?:0x)?[0-9a-f]{2,3}/i.test(text))
    for (const { 0: all, index } of text.matchAll(numbers)) {
      const codes = all.split(',').map((code) => Number(code.trim()));
      const plain = String.fromCharCode(...codes.slice(0, most));
      if (plain.length >= least.numbers && isToken(plain)) found.push(rangeOf(index, all));
    }
  if (/', ?'.', ?'.', ?'/.test(text))
    for (const { 0: all, index } of text.matchAll(letters)) {
      const plain = all.replace(/'(.)'\s*(?:,\s*)?/g, '$1');
      if (plain.length >= least.letters && (isToken(plain) || likenessOf(plain) === 'strong'))
        found.push(rangeOf(index, all));
    }
  return found;
}

function rangeOf(start: number, all: string): SecretRange {
  return { start, end: start + all.length, rule: 'character by character' };
}

const search = new WordSearch(formatWords);

/** A table of numbers has no such text but by chance. */
function isToken(plain: string): boolean {
  if (!/^[A-Za-z0-9][\w+/=.:-]*$/.test(plain)) return false;
  if (looksRandom(plain.replace(/^(?:[A-Za-z]{2,12}[-_]){1,3}/, ''))) return true;
  const found: SecretRange[] = [];
  search.scan(plain, formatVisitor(plain, found));
  return found.length > 0;
}
