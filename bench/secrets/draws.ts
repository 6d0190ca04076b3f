/** Draws in the real alphabets, lengths and checksums of public formats, by a seeded generator. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Random } from '../../server/common/random.ts';
import { seedWords, words } from './words.ts';

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const lower = upper.toLowerCase();

export const alphabets = {
  digits: '0123456789',
  hex: '0123456789abcdef',
  upperHex: '0123456789ABCDEF',
  lower,
  upper,
  lowerDigits: `${lower}0123456789`,
  upperDigits: `${upper}0123456789`,
  base32: `${upper}234567`,
  base58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  base62: `0123456789${upper}${lower}`,
  base64: `${upper}${lower}0123456789+/`,
  base64url: `${upper}${lower}0123456789-_`,
  bech32: 'qpzry9x8gf2tvdw0s3jn54khce6mua7l',
  /** The characters that people put into passwords, without those that need an escape in most languages. */
  password: `${upper}${lower}0123456789!@#%^*-_=+?.,:~`,
  crypt: `./0123456789${upper}${lower}`,
} as const;

export type Alphabet = keyof typeof alphabets;

export function draw(random: Random, alphabet: Alphabet, length: number): string {
  const from = alphabets[alphabet];
  return Array.from({ length }, () => from[random.below(from.length)]).join('');
}

/** Prefixes are put together here, so that no source holds one that a scanner takes for a token's. */
export function made(...parts: readonly string[]): string {
  return parts.join('');
}

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[random.below(items.length)] as T;
}

export function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

export function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

/** With padding, as libraries print it. */
export function base64Of(random: Random, length: number): string {
  return bytes(random, length).toString('base64');
}

export function uuid(random: Random): string {
  const hex = (length: number) => draw(random, 'hex', length);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${oneOf(random, ['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
}

/** As GitHub's and npm's tokens end: six base-62 digits of the CRC-32 of what stands before. */
export function withCrc(body: string): string {
  let left = crc32(body);
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = alphabets.base62[left % 62] + digits;
    left = Math.floor(left / 62);
  }
  return body + digits;
}

/** Bitcoin's Base58Check of a payload. */
export function base58Check(payload: Buffer): string {
  const sha = (data: Buffer) => createHash('sha256').update(data).digest();
  const whole = Buffer.concat([payload, sha(sha(payload)).subarray(0, 4)]);
  let number = BigInt(`0x${whole.toString('hex')}`);
  let text = '';
  while (number > 0n) {
    text = alphabets.base58[Number(number % 58n)] + text;
    number /= 58n;
  }
  return text;
}

/** A password of all classes of characters, as a manager makes one. */
export function password(random: Random, length = between(random, 12, 20)): string {
  for (;;) {
    const text = draw(random, 'password', length);
    if (
      /^[A-Za-z0-9]/.test(text) &&
      /[a-z]/.test(text) &&
      /[A-Z]/.test(text) &&
      /\d/.test(text) &&
      /[!@#%^*?~]/.test(text)
    )
      return text;
  }
}

/** Letters and digits only, both: fits into a URL as it is. */
export function plainPassword(random: Random, length = between(random, 12, 18)): string {
  for (;;) {
    const text = draw(random, 'base62', length);
    if (/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text)) return text;
  }
}

export function phrase(random: Random, count: number, separator = ' '): string {
  return random.shuffle(words).slice(0, count).join(separator);
}

/** Words of the BIP-39 list; the last word's checksum is left to chance. */
export function mnemonic(random: Random, count: number): string {
  return Array.from({ length: count }, () => oneOf(random, seedWords)).join(' ');
}

/** Base64 in lines of `width`, as PEM has it. */
export function base64Lines(head: string, random: Random, characters: number, width = 64): string[] {
  const body = head + draw(random, 'base64', characters - head.length);
  return body.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
}

/** A signed JSON web token with claims of its own; its signature has the length of the algorithm's. */
export function jwt(
  random: Random,
  claims: Readonly<Record<string, unknown>>,
  algorithm: 'HS256' | 'RS256' = 'HS256',
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signature = bytes(random, algorithm === 'HS256' ? 32 : 256).toString('base64url');
  return `${part({ alg: algorithm, typ: 'JWT' })}.${part(claims)}.${signature}`;
}
