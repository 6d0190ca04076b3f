import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { healStart, preTokenAt, preTokenStarts } from './preTokens.ts';

function split(text: string): string[] {
  const starts = preTokenStarts(text);
  return starts.map((start, i) => text.slice(start, starts[i + 1] ?? text.length));
}

// Produced by the tokenizer that created the bundled base's vocabulary.
const reference: readonly [string, readonly string[]][] = [
  [
    'const x = foo(bar, 12);\n    return x;\n',
    ['const', ' x', ' =', ' foo', '(bar', ',', ' ', '1', '2', ');\n', '   ', ' return', ' x', ';\n'],
  ],
  ["it's don't we'll I'D 'string'", ['it', "'s", ' don', "'t", ' we', "'ll", ' I', "'D", " '", 'string', "'"]],
  ['\n\n  \n\tif (a)\r\n\r\n  b', ['\n\n  \n', '\tif', ' (', 'a', ')\r\n\r\n', ' ', ' b']],
  ['a  b   \n', ['a', ' ', ' b', '   \n']],
  ['  x\t\ty', [' ', ' x', '\t', '\ty']],
  ['naïve_été = "日本語" # 🙂🙂 ok', ['naïve', '_été', ' =', ' "', '日本語', '"', ' #', ' 🙂🙂', ' ok']],
  ['foo).bar ();\n\n}\n\n    ', ['foo', ').', 'bar', ' ();\n\n', '}\n\n', '    ']],
  ['x²½', ['x', '²', '½']],
  ['\u3000a\u00a0b', ['\u3000a', '\u00a0b']],
  ['a\ufeffb', ['a', '\ufeffb']],
];

test.each(reference)('splits %j as the tokenizer does', (text, expected) => {
  expect(split(text)).toEqual(expected);
});

describe('the text healed at the cursor', () => {
  test.each([
    ['a name being typed', 'return fo', ' fo'],
    ['a space', 'return ', ' '],
    ['an opening bracket', 'foo(', '('],
    ['a dot after a bracket', 'foo().', '().'],
    ['indentation after a bracket', 'f() {\n    ', '    '],
    ['indentation after a word, with its line break', 'pass\n    ', '\n    '],
    ['an empty line', 'f();\n', '();\n'],
    ['a digit, which never joins', 'x = 12', ''],
    ['nothing', '', ''],
    ['a ruler too long to be a word', '='.repeat(500), ''],
    ['a surrogate pair', '# 🙂', ' 🙂'],
  ])('%s', (_name, prefix, healed) => {
    expect(prefix.slice(healStart(prefix))).toBe(healed);
  });
});

const code = fc
  .array(
    fc.constantFrom(
      'foo',
      'Bar',
      '(',
      ')',
      '.',
      ' ',
      '    ',
      '\n',
      '\r\n',
      '\t',
      ';',
      '1',
      "'",
      's',
      '"',
      '🙂',
      '日本',
      '²',
      '{',
      '}',
      '\u00a0',
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

test('pre-tokens before the start of healing are the same whatever follows', () => {
  fc.assert(
    fc.property(code, code, (prefix, rest) => {
      const border = healStart(prefix);
      const before = preTokenStarts(prefix).filter((start) => start < border);
      const after = preTokenStarts(prefix + rest);
      expect(after.slice(0, before.length)).toEqual(before);
      if (border < prefix.length + rest.length) expect(after).toContain(border);
    }),
    { numRuns: 3000 },
  );
});

test('pre-token borders at the cursor do not depend on how much text comes before', () => {
  const filler = 'const value = compute(1, 2);\n'.repeat(400);
  fc.assert(
    fc.property(code, code, (prefix, rest) => {
      const ink = `x${prefix}`;
      expect(healStart(filler + ink) - filler.length).toBe(healStart(ink));
      expect(preTokenAt(filler + ink + rest, filler.length + ink.length)).toBe(
        filler.length + preTokenAt(ink + rest, ink.length),
      );
    }),
    { numRuns: 500 },
  );
});

test('the pre-token of a character is the last one that starts at or before it', () => {
  fc.assert(
    fc.property(code, fc.nat(), (text, at) => {
      const offset = text.length === 0 ? 0 : at % text.length;
      const expected =
        preTokenStarts(text)
          .filter((start) => start <= offset)
          .at(-1) ?? 0;
      expect(preTokenAt(text, offset)).toBe(expected);
    }),
  );
});
