/** Private keys in DER (RFC 5915, RFC 8017, RFC 5958) as lists of bytes: they begin with their version and the length of a number or its kind. */
import type { SecretRange } from './finding.ts';

/** Between two bytes of a list; Java casts each. */
export const betweenBytes = '\\s{0,3},\\s{0,40}(?:\\(byte\\)\\s?)?';
const hex = (digits: string) => `0x${digits}`;
/** A byte. */
export const anyByte = '(?:0x[0-9a-f]{1,2}|-?[0-9]{1,3})';
const bytes = (...list: readonly string[]) => list.join(betweenBytes);
/** Lengths below 128 in one byte, others behind how many they take. */
const length = `(?:(?:0x[0-7][0-9a-f]|[0-9]{1,2}|1[01][0-9]|12[0-7])|${bytes(`(?:${hex('81')}|129)`, anyByte)}|${bytes(`(?:${hex('82')}|130)`, anyByte, anyByte)})`;
const two = '(?:0x0?2|2)';
const one = '(?:0x0?1|1)';
const zero = '(?:0x00?|0)';
/** Of an elliptic curve; of RSA; of any kind, with the id of its algorithm. */
const kinds = [
  bytes(two, one, one, '(?:0x0?4|4)', '(?:0x1c|0x20|0x30|0x42|28|32|48|66)'),
  bytes(two, one, zero, two, `(?:0x8[12]|129|130)`),
  bytes(two, one, zero, '(?:0x30|48)', length, '(?:0x0?6|6)'),
].join('|');
const opens = new RegExp(`(?<![\\w.])${bytes('(?:0x30|48)', length, `(?:${kinds})`)}(?=\\s{0,3},)`, 'gi');

/** An RSA key of 8192 bits has 4,700 bytes. */
const longest = 40_000;

export function derKeys(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let past = 0;
  for (const { index } of text.matchAll(opens)) {
    if (index < past) continue;
    const end = text.slice(index, index + longest).search(/[^\s,0-9a-fA-FxX()byte-]/);
    past = end === -1 ? Math.min(text.length, index + longest) : index + end;
    found.push({ start: index, end: past, rule: 'bytes of a key' });
  }
  return found;
}
