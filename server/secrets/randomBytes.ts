/** Keys that no name tells: lists and dumps of exactly as many bytes as keys have, which look drawn. */
import type { SecretRange } from './finding.ts';
import { anyByte, betweenBytes } from './keyBytes.ts';
import { lineUpTo } from './lines.ts';

/** Of keys for AES, ChaCha20, HMAC with SHA-256 to SHA-512, and Ed25519 with its public half. */
const LENGTHS: ReadonlySet<number> = new Set([16, 24, 32, 48, 64]);
const ITEM = `${anyByte}(?:u8)?`;
const LIST = new RegExp(
  `(?<=[[{(]\\s{0,20}(?:\\(byte\\)\\s?)?)${ITEM}(?:${betweenBytes}${ITEM}){15,63}(?=\\s{0,3},?\\s{0,40}[\\]})])`,
  'gi',
);
const DUMP = /(?<=["'`])[0-9a-fA-F]{2}(?:[ :-][0-9a-fA-F]{2}){15,63}(?=["'`])/g;
/** What is drawn and known to all, by the line that it begins on. */
const PUBLIC = /public|pub_?key|digest|hash|sha-?\d|md5|checksum|fingerprint|uuid|guid|expect|assert|want\b/i;

/** Linear: whatever is no byte ends a list. */
export function byRandomBytes(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const add = (start: number, written: string, bytes: readonly number[]): void => {
    if (!areDrawn(bytes) || PUBLIC.test(lineUpTo(text, start, 200))) return;
    found.push({ start, end: start + written.length, rule: 'random bytes' });
  };
  for (const { 0: list, index } of text.matchAll(LIST))
    add(index, list, (list.match(/0x[0-9a-f]{1,2}|-?\b[0-9]{1,3}/gi) ?? []).map(Number));
  for (const { 0: dump, index } of text.matchAll(DUMP))
    add(
      index,
      dump,
      dump.split(/[ :-]/).map((byte) => Number.parseInt(byte, 16)),
    );
  return found;
}

/**
 * Tables rise or repeat themselves, texts stay below 128, and permutations below their length. Of keys drawn at random, one in a hundred is
 * taken for such.
 */
function areDrawn(bytes: readonly number[]): boolean {
  const { length } = bytes;
  if (!LENGTHS.has(length) || bytes.some((byte) => byte < -128 || byte > 255)) return false;
  const unsigned = bytes.map((byte) => byte & 255);
  const share = (is: (byte: number, at: number) => boolean): number => unsigned.filter(is).length / length;
  const high = share((byte) => byte > 127);
  const rising = share((byte, at) => byte > (unsigned[at - 1] ?? byte));
  const far = share((byte, at) => Math.abs(byte - (unsigned[at - 1] ?? byte)) > 16);
  return (
    new Set(unsigned).size > 0.8 * length && Math.abs(high - 0.5) < 0.35 && Math.abs(rising - 0.5) < 0.3 && far > 0.6
  );
}
