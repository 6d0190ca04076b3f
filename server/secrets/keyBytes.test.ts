import { it } from 'vitest';
import { draw, hex } from './testing/draw.ts';
import { expectFound, expectLetPass } from './testing/marked.ts';

/** Rows of bytes, each marked as what must be removed. */
function rows(head: string, name: string, write = (byte: string) => `0x${byte}`): string {
  const pairs = (head + draw(hex, 160, name)).match(/../g) as string[];
  const list: string[] = [];
  for (let i = 0; i < pairs.length; i += 12)
    list.push(
      `    «${pairs
        .slice(i, i + 12)
        .map(write)
        .join(', ')}»,`,
    );
  return list.join('\n');
}

const decimal = (byte: string) => String(Number.parseInt(byte, 16));

it.each([
  ['of an elliptic curve', `static const unsigned char a[] = {\n${rows('30770201010420', 'ec')}\n};`],
  ['of RSA', `const a = [\n${rows('308204a40201000282010100', 'rsa')}\n];`],
  ['with its algorithm, in decimal', `a = bytes([\n${rows('302e020100300506032b6570', 'ed', decimal)}\n])`],
  ['under a name of its encoding', `unsigned char client_key_der[] = {\n${rows('', 'der')}\n};`],
  ['of casted bytes', `byte[] DES_KEY = {\n${rows('', 'des', (byte) => `(byte) 0x${byte}`)}\n};`],
])('the bytes of a private key %s are found in every row', (_, lines) => expectFound(lines));

it.each([
  ['a certificate', `const a = [${rows('308203a530820', 'cert').replace(/[«»]/g, '')}];`],
  ['a public key', `unsigned char public_key_der[] = {\n${rows('30820122300d06092a', 'pub').replace(/[«»]/g, '')}\n};`],
  ['a message of SNMP', 'const a = [0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, 0x70, 0x75, 0x62, 0x6c, 0x69, 0x63];'],
  ['a table', 'int key_codes[] = { 48, 119, 2, 1, 1, 5, 32, 9, 12, 13 };'],
])('the bytes of %s are none', (_, lines) => expectLetPass(lines));
