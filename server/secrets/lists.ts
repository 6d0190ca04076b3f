/** Secrets written as lists: the bytes of a key, the words of a phrase, recovery codes. */
import type { SecretRange } from './finding.ts';
import type { Telling } from './names.ts';
import { behindType } from './types.ts';

/** From the name to the start of its list, and from there to its end, UTF-16 units. */
const reach = { opening: 60, list: 1500, bytes: 16_000 } as const;
const least = { bytes: 8, words: 11, codes: 2 } as const;

const opening = /[[{(<"'`]/;
/** Eight bytes or words of a key; of longer words fewer are enough. */
const item = "(?:\\(byte\\)\\s?)?(?:0x[0-9a-fA-F]{1,8}|-?[0-9]{1,3}|b?'[ -&(-~]')[uUlL]{0,2}";
const bytes = new RegExp(
  `^(?:\\s*${item}\\s*[,;]){7}\\s*${item}|^(?:\\s*0x[0-9a-fA-F]{9,16}[uUlLn]{0,3}\\s*,){1,7}\\s*0x[0-9a-fA-F]{9,16}`,
);

/** Whether a list of a key's bytes begins within a text. */
export function beginsBytes(text: string): boolean {
  for (let at = text.search(opening), tries = 0; at !== -1 && tries < 6; tries++) {
    if (bytes.test(text.slice(at + 1, at + 200))) return true;
    const next = text.slice(at + 1).search(opening);
    at = next === -1 ? -1 : at + 1 + next;
  }
  return false;
}

/** Array length in C: `key[16] = {`. */
const dimensions = /^(?:\s?\[\s?\w{0,24}\s?\]){1,3}/;

/** Findings, and how far there is no other list: one that begins on the way would be shorter. */
export function listBehind(text: string, to: number, telling: Telling): { found: SecretRange[]; seen: number } {
  const nothing = { found: [], seen: to };
  // Rust's `: [&str; 12] = [`
  const typed = behindType(text, to);
  const sized = text.slice(typed, typed + reach.opening);
  const head = sized.slice(dimensions.exec(sized)?.[0].length ?? 0);
  const from = typed + sized.length - head.length;
  const first = head.search(opening);
  if (first === -1 || !/[=:(]/.test(head.slice(0, first + 1)) || /;/.test(head.slice(0, first))) return nothing;
  for (let at = first; at < head.length && at < first + 24; at++) {
    if (!opening.test(head[at] as string)) continue;
    if (!bytes.test(text.slice(from + at + 1, from + at + 200))) continue;
    const end = closing(text, from + at + 1);
    return { found: [{ start: to, end, rule: 'bytes' }], seen: end };
  }
  if (telling !== 'phrase') return nothing;
  const { end, enough } = endOfWords(text, from + first);
  return { found: enough ? [{ start: to, end, rule: 'listed words' }] : [], seen: end };
}

/** Java casts each byte: `(byte) 0xfc`. */
function closing(text: string, from: number): number {
  const end = text.slice(from, from + reach.bytes).search(/[\]}>]|(?<!\(byte)\)/);
  return end === -1 ? Math.min(text.length, from + reach.list) : from + end;
}

/** Words of small letters, or codes of digits or in groups, with only list separators in between. */
function endOfWords(text: string, from: number): { end: number; enough: boolean } {
  let words = 0;
  let codes = 0;
  let groups = 0;
  let at = from;
  const limit = Math.min(text.length, from + reach.list);
  while (at < limit) {
    const item = /^[a-z]{3,10}(?![a-z-])|^[0-9A-Za-z]{4,8}(?:-[0-9A-Za-z]{4,8}){0,3}/.exec(
      text.slice(at, at + 48),
    )?.[0];
    if (item) {
      if (/[0-9]/.test(item)) codes++;
      else if (item.includes('-')) groups++;
      else words++;
      at += item.length;
    } else if (/[\s"'`,[\](){}=:|\\0-9.)+\n]/.test(text[at] as string)) at++;
    else break;
    if (/[\])}>;]/.test(text[at - 1] as string) && words + codes + groups > 0) break;
  }
  // A code without a digit is one beside codes that have some.
  const all = codes > 0 ? codes + groups : 0;
  return { end: at, enough: words >= least.words || (all >= least.codes && all > words) };
}

const KEY_BYTES = 64;
/** Including blanks and string syntax in between. */
const longestKey = 1_200;

/** A key pair as a list of 64 bytes, as in a wallet file: in brackets, in code or in a string. */
export function byteKeys(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let close = -1;
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) {
    if (close < at) close = text.indexOf(']', at);
    if (close === -1) break;
    if (close - at > longestKey || close - at < KEY_BYTES * 2) continue;
    const numbers = text.slice(at + 1, close).match(/[0-9]+/g) ?? [];
    if (numbers.length !== KEY_BYTES || !/^[\s0-9,"'`+\\n.&()#*/|;-]*$/.test(text.slice(at + 1, close))) continue;
    const bytes = numbers.map(Number);
    // Tables count up or repeat themselves.
    if (bytes.some((byte) => byte > 255) || new Set(bytes).size < KEY_BYTES / 2 || Math.max(...bytes) < 128) continue;
    if (bytes.every((byte, i) => i === 0 || byte >= (bytes[i - 1] as number))) continue;
    found.push({ start: at, end: close + 1, rule: 'bytes of a key' });
  }
  return found;
}
