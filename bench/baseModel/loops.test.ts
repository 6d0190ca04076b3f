import { describe, expect, it } from 'vitest';
import { loops } from './loops.ts';

describe('a completion that repeats itself is told from one that does not', () => {
  it.each([
    ['a call over and over', 'foo(a);\nfoo(a);\nfoo(a);\nfoo(a);\n', true],
    ['a short piece without line breaks', 'x = '.repeat(8), true],
    ['the same line between others', 'return null;\na\nreturn null;\nb\nreturn null;\nc\nreturn null;\nd', true],
    ['a ruler that does not end', `// ${'-'.repeat(60)}`, true],
    ['three repeats', 'foo(a);\nfoo(a);\nfoo(a);\n', false],
    ['closing brackets', '    }\n  }\n}\n', false],
    ['short repeats, as in a table', '[0, 0, 0, 0]', false],
    ['ordinary code', 'const a = read(path);\nconst b = parse(a);\nreturn b.items.map((item) => item.name);', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    expect(loops(text)).toBe(expected);
  });
});
