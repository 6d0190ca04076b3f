import { describe, expect, it } from 'vitest';
import { loops } from './loops.ts';

describe('repetition is found in', () => {
  it.each([
    ['the same call four times', 'foo(a);\nfoo(a);\nfoo(a);\nfoo(a);\n', true],
    ['a short piece repeated without line breaks', 'x = '.repeat(8), true],
    ['the same line between others', 'return null;\na\nreturn null;\nb\nreturn null;\nc\nreturn null;\nd', true],
    ['a ruler without an end', `// ${'-'.repeat(60)}`, true],
    ['not three repeats', 'foo(a);\nfoo(a);\nfoo(a);\n', false],
    ['not closing brackets', '    }\n  }\n}\n', false],
    ['not short repeats, as in a table', '[0, 0, 0, 0]', false],
    ['not other code', 'const a = read(path);\nconst b = parse(a);\nreturn b.items.map((item) => item.name);', false],
    ['not an empty text', '', false],
  ])('%s', (_title, text, expected) => {
    expect(loops(text)).toBe(expected);
  });
});
