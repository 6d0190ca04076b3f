import { expect, it } from 'vitest';
import { ownFindings } from './own.ts';
import { draw } from './testing/draw.ts';
import { expectLetPass } from './testing/marked.ts';

const big = `7${draw('0123456789', 76, 'big number')}`;

it.each([
  ['a private exponent', `private_exponent = ${big}`],
  ['a private key', `PRIVATE_KEY = ${big}`],
  ['a secret in quotes', `secret = int("${big}")`],
  ['the third number of a key', `key = RSA.construct((n, 65537, ${big}))`],
  ['a key of Java', `var own = new RSAPrivateKeySpec(n, new BigInteger("${big}"));`],
  ['the number d of a key', `  d: ${big}n,`],
])('%s is found', (_, line) => {
  expect(ownFindings(line).some(({ start, end }) => line.slice(start, end).includes(big))).toBe(true);
});

it.each([
  ['a prime', `p = ${big}`],
  ['the order of a curve', `const orderOfKeys = ${big}n;`],
  ['a public key', `public_key = ${big}`],
  ['what a test expects', `assert factorial(30) == ${big}`],
  ['a repeated digit', `private_exponent = ${'1'.repeat(60)}`],
])('%s is not taken for a secret', (_, line) => expectLetPass(line));
