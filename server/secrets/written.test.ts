import { expect, it } from 'vitest';
import { ownFindings } from './own.ts';
import { base62, draw } from './testing/draw.ts';

const token = `ghp_${draw(base62, 36, 'written')}`;
const codes = [...token].map((character) => character.charCodeAt(0));

it.each([
  ['decimal', `const auth = String.fromCharCode(${codes.join(', ')});`],
  ['hexadecimal', `auth = bytes([${codes.map((code) => `0x${code.toString(16)}`).join(',')}])`],
  ['lines of', `char door[] = {\n    ${codes.slice(0, 20).join(', ')},\n    ${codes.slice(20).join(', ')}, 0 };`],
  ['single', `static const char door[] = { ${[...token].map((one) => `'${one}'`).join(', ')}, 0 };`],
])('a token in %s characters is found', (_, text) => {
  expect(ownFindings(text).length).toBeGreaterThan(0);
});

it.each([
  ['widths', 'widths = [55, 56, 72, 65, 48, 50, 51, 90, 97, 100, 101, 70, 80, 82, 84, 66, 77]'],
  ['an alphabet', `letters = [${Array.from({ length: 26 }, (_, i) => 97 + i).join(', ')}]`],
  ['a message', `puts([${[...'Hello to all of you there'].map((one) => one.charCodeAt(0)).join(', ')}])`],
  [
    'a word',
    `const name = String.fromCharCode(${[...'configuration-manager'].map((one) => one.charCodeAt(0)).join(', ')})`,
  ],
  ['letters of a word', "const unsigned char magic[] = { 'c', 'o', 'n', 'f', 'i', 'g', 'u', 'r', 'e', 'd', '2' };"],
  [
    'digits',
    "static const char hex[] = { '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f' };",
  ],
])('%s in numbers or characters are no token', (_, text) => {
  expect(ownFindings(text)).toEqual([]);
});
