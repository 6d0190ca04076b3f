import { expect, it } from 'vitest';
import { ownFindings } from './own.ts';
import { draw, hex } from './testing/draw.ts';
import { expectFound, expectLetPass } from './testing/marked.ts';

const pairs = (length: number, key: string): string[] => draw(hex, 2 * length, key).match(/../g) as string[];
const listed = (length: number, key: string): string =>
  pairs(length, key)
    .map((byte) => `0x${byte}`)
    .join(', ');
const signed = (length: number, key: string): string =>
  pairs(length, key)
    .map((byte) => (Number.parseInt(byte, 16) << 24) >> 24)
    .join(', ');

it.each([
  ['returned in Rust', `fn k() -> [u8; 32] {\n    [«${listed(32, 'rust')}»]\n}`],
  ['in rows', `const k = new Uint8Array([\n  «${listed(8, 'one')}»,\n  «${listed(8, 'two')}»,\n]);`],
  ['of Java, cast', `return new byte[] {\n  «${listed(24, 'cast').replace(/0x/g, '(byte) 0x')}»};`],
  ['of Rust, with their type', `f(&[«${listed(32, 'typed').replace(/,|$/g, 'u8,')}»]);`],
  ['of Java, signed', `return new byte[] {«${signed(24, 'java')}»};`],
  ['of Go', `return []byte{«${listed(64, 'go')}»}`],
  [
    'in decimal',
    `x = bytes([«${pairs(16, 'py')
      .map((byte) => Number.parseInt(byte, 16))
      .join(',')}»])`,
  ],
  ['written with colons', `k = parse("«${pairs(16, 'colons').join(':')}»")`],
  ['written with dashes', `k = parse("«${pairs(32, 'dashes').join('-')}»")`],
  ['written apart', `var k = Parse("«${pairs(32, 'apart').join(' ')}»");`],
])('the bytes of a key %s are found without a name', (_, lines) => expectFound(lines));

it('is found for nearly all that are drawn', () => {
  const missed = Array.from({ length: 400 }, (_, i) => `f([${listed(i % 2 ? 16 : 32, `${i}`)}]);`).filter(
    (line) => ownFindings(line).length === 0,
  );
  expect(missed.length).toBeLessThan(12);
});

const range = (length: number, of: (at: number) => number): string =>
  Array.from({ length }, (_, at) => of(at)).join(', ');

it.each([
  ['a ramp', `const gamma = [${range(32, (at) => at * 8)}];`],
  ['a permutation', `const order = [${range(64, (at) => (at * 37) % 64)}];`],
  ['a bitmap', `glyph({${range(16, (at) => [0, 255, 129, 24][at % 4] as number)}});`],
  ['a digest', `const digest = [${listed(32, 'digest')}];`],
  ['a public key', `let public_key = [${listed(32, 'public')}];`],
  ['an expectation', `assert_eq!(out, [${listed(16, 'out')}]);`],
  ['as many as no key has', `const noise = [${listed(20, 'noise')}];`],
  ['numbers that are no bytes', `const primes = [${range(16, (at) => 400 + ((at * 173) % 599))}];`],
])('the numbers of %s are none', (_, lines) => expectLetPass(lines));
