/** Codes to log in without a second factor, as services issue them: several of a kind in a list. */
import type { SecretRange } from './finding.ts';

/** GitHub's: `645a9-c06c4`. */
const codes = /(?<![\w-])[0-9a-f]{5}-[0-9a-f]{5}(?:[\s"'`,;#*/-]{1,20}[0-9a-f]{5}-[0-9a-f]{5}){1,40}(?![\w-])/g;

export function recoveryCodes(text: string): SecretRange[] {
  return [...text.matchAll(codes)].flatMap(({ 0: whole, index }) =>
    /[0-9]/.test(whole) && /[a-f]/.test(whole) ? [{ start: index, end: index + whole.length, rule: 'codes' }] : [],
  );
}
