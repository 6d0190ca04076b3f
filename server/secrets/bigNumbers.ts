/** Private keys as decimal integers: `private_exponent = 8734…`, `RSA.construct((n, e, 6530…))`. */
import type { SecretRange } from './finding.ts';
import { lineUpTo } from './lines.ts';

/** Keys of 128 bits have 38 digits; ids and amounts have fewer. */
const digits = /(?<![\w.])[0-9][0-9_]{36,2000}n?(?![\w.])/g;
const ofKey = /priv|secret|exponent|scalar|seed|(?:^|[^a-z])d["']?\s{0,3}[:=]\s{0,3}\S{0,24}$|\bRSA|(?:_|\b)key\b/i;
const ofKeyWithin = /RSA|Key\b/;
const ofPublic = /publi[ck]|modulus|prime|order|generator|field|curve|expect|assert|equal/i;

export function byBigNumber(text: string): SecretRange[] {
  if (!/[0-9]{16}[0-9_]{20}/.test(text)) return [];
  return [...text.matchAll(digits)].flatMap(({ 0: all, index }) => {
    const before = lineUpTo(text, index, 160);
    if (!(ofKey.test(before) || ofKeyWithin.test(before)) || ofPublic.test(before) || new Set(all).size < 8) return [];
    return [{ start: index, end: index + all.length, rule: 'a key as a number' }];
  });
}
