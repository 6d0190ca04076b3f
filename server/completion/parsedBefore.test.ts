import { describe, expect, it } from 'vitest';
import { syntaxFor } from '../languages/syntax.ts';
import { cursorAt } from './cursor.ts';
import { parsedBefore } from './parsedBefore.ts';
import { shapeAt } from './shape.ts';

const code = '  const value = compute(1);\n';
/** `count` characters of whole lines. */
const lines = (count: number): string => code.repeat(Math.floor(count / code.length));

describe('the text parsed before a cursor', () => {
  it.each([
    ['starts at the beginning of a short text', 'a "b', 'a "b'],
    ['starts with a whole line', `let x = "a string ${'y'.repeat(3000)}";\n${code}f(`, `${code}f(`],
    ['starts after a comment begun earlier', `/**\n * it's ${'y'.repeat(3000)}\n * don't\n */\nf();\n`, '\nf();\n'],
    ['starts after a comment that ends in text', `/* a\n${' * b\n'.repeat(700)} * it's c */\nf();\n`, '\nf();\n'],
    [
      'starts after a long string begun earlier',
      `def f():\n    """${'Text.\n'.repeat(600)}    It's for all, if any.\n    """\n    return g(x)\n`,
      '\n    return g(x)\n',
    ],
  ])('%s', (_, before, expected) => {
    expect(parsedBefore(before)).toBe(expected);
  });

  it.each([
    ['a complete comment', `${lines(2900)}/**\n * It's one.\n */\n${code}`],
    ['a complete long string', `${lines(2800)}def f():\n    """It's one."""\n    return g(x)\n`],
    ['a long string still being written', `${lines(2800)}def f():\n    """It's one.\n    And more of `],
    ['a glob pattern', `${lines(2900)}  glob('src/**/*.ts');\n${code}`],
  ])('starts before %s', (_, tail) => {
    const before = `${lines(9000)}${tail}`;
    expect(parsedBefore(before)).toBe(before.slice(-parsedBefore(before).length));
    expect(parsedBefore(before).length).toBeGreaterThan(2900);
  });
});

it('a block is recognised after a long string with code-like words', async () => {
  const text = `    It's said, with care.\n    from here on\n`.repeat(100);
  const marked = `def f():\n    """\n${text}    """\n    self.a = 1\n    if self.a(b):\n        ║\n\n\ndef g():\n    pass\n`;
  const offset = marked.indexOf('║');
  const cursor = cursorAt(marked.replace('║', ''), offset, 'python');
  expect(shapeAt(cursor, '', await syntaxFor('python'))).toBe('block');
});

it('a block is recognised after a long comment with an unpaired quote', async () => {
  const marked = `/**\n * ${'It is said. '.repeat(200)}\n * It's \`odd.\n */\n${lines(800)}if (a) {\n  ║\n}\n`;
  const offset = marked.indexOf('║');
  const cursor = cursorAt(marked.replace('║', ''), offset, 'typescript');
  expect(shapeAt(cursor, '', await syntaxFor('typescript'))).toBe('block');
});
