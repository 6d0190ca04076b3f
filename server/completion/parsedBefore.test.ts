import { describe, expect, it } from 'vitest';
import { syntaxFor } from '../languages/syntax.ts';
import { cursorAt } from './cursor.ts';
import { parsedBefore } from './parsedBefore.ts';
import { shapeAt } from './shape.ts';

const code = '  const value = compute(1);\n';
/** `count` characters of whole lines. */
const lines = (count: number): string => code.repeat(Math.floor(count / code.length));

describe('what is parsed before a cursor begins', () => {
  it.each([
    ['where the text does, if it is short', 'a "b', 'a "b'],
    ['with a whole line', `let x = "a string ${'y'.repeat(3000)}";\n${code}f(`, `${code}f(`],
    ['behind a comment that began before', `/**\n * it's ${'y'.repeat(3000)}\n * don't\n */\nf();\n`, '\nf();\n'],
    ['behind one with text at its end', `/* a\n${' * b\n'.repeat(700)} * it's c */\nf();\n`, '\nf();\n'],
    [
      'behind a long string that began before',
      `def f():\n    """${'Text.\n'.repeat(600)}    It's for all, if any.\n    """\n    return g(x)\n`,
      '\n    return g(x)\n',
    ],
  ])('%s', (_, before, expected) => {
    expect(parsedBefore(before)).toBe(expected);
  });

  it.each([
    ['a comment of its own', `${lines(2900)}/**\n * It's one.\n */\n${code}`],
    ['a long string of its own', `${lines(2800)}def f():\n    """It's one."""\n    return g(x)\n`],
    ['one that is being written', `${lines(2800)}def f():\n    """It's one.\n    And more of `],
    ['a pattern', `${lines(2900)}  glob('src/**/*.ts');\n${code}`],
  ])('before %s', (_, tail) => {
    const before = `${lines(9000)}${tail}`;
    expect(parsedBefore(before)).toBe(before.slice(-parsedBefore(before).length));
    expect(parsedBefore(before).length).toBeGreaterThan(2900);
  });
});

it('a block is one also behind a long string with words of code', async () => {
  const text = `    It's said, with care.\n    from here on\n`.repeat(100);
  const marked = `def f():\n    """\n${text}    """\n    self.a = 1\n    if self.a(b):\n        ║\n\n\ndef g():\n    pass\n`;
  const offset = marked.indexOf('║');
  const cursor = cursorAt(marked.replace('║', ''), offset, 'python');
  expect(shapeAt(cursor, '', await syntaxFor('python'))).toBe('block');
});

it('a block is one also behind a long comment with an odd quote', async () => {
  const marked = `/**\n * ${'It is said. '.repeat(200)}\n * It's \`odd.\n */\n${lines(800)}if (a) {\n  ║\n}\n`;
  const offset = marked.indexOf('║');
  const cursor = cursorAt(marked.replace('║', ''), offset, 'typescript');
  expect(shapeAt(cursor, '', await syntaxFor('typescript'))).toBe('block');
});
