import { createHash } from 'node:crypto';

export const hex = '0123456789abcdef';
export const base36 = 'abcdefghijklmnopqrstuvwxyz0123456789';
export const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Characters drawn from an alphabet, reproducibly by key: nobody's secret, and no scanner sees one in the source. */
export function draw(alphabet: string, length: number, key: string): string {
  let text = '';
  for (let block = 0; text.length < length; block++) {
    for (const byte of createHash('sha512').update(`${key}\0${block}`).digest()) {
      if (text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

export function drawUuid(key: string): string {
  return [8, 4, 4, 4, 12].map((length, i) => draw(hex, length, `${key} ${i}`)).join('-');
}

export function drawGroups(alphabet: string, count: number, length: number, between: string, key: string): string {
  return Array.from({ length: count }, (_, i) => draw(alphabet, length, `${key} ${i}`)).join(between);
}
