import { expect, test } from 'vitest';
import { begunAt, replaceStrings } from './pythonStrings.ts';

test.each([
  ['x = f(', '', '', 'x = f('],
  ['x = "it\'s (', '"', "it's (", 'x ='],
  ["x = 'a\\'b", "'", "a\\'b", 'x ='],
  ['x = "a", \'b\', "', '"', '', 'x =    ,    ,'],
  ['"""It\'s (a "b" ', '"""', 'It\'s (a "b" ', ''],
  ["'''a\nb", "'''", 'a\nb', ''],
  ['"""a"""\nf(', '', '', '       \nf('],
  ['f()  # it\'s "', '#', ' it\'s "', 'f()'],
  ['"#"\nf(', '', '', '   \nf('],
  ["a = 'b\nf(", '', '', "a = 'b\nf("],
  ['x = ""', '', '', 'x ='],
  ['x = """', '"""', '', 'x ='],
  ['x = "a\\', '"', 'a\\', 'x ='],
])('a cursor after %j is in the string or comment that %j began', (before, mark, content, code) => {
  const begun = begunAt(before);
  expect({ ...begun, code: begun.code.trimEnd() }).toEqual({ mark, content, code });
  expect(begun.code).toHaveLength(before.length);
});

test.each([
  ['f("(", x)', 'f(---, x)'],
  ['"""it\'s (\n"a" """, b)', '-----------------, b)'],
  ["a)  # it's (b", 'a)  ---------'],
  ["key'] = 'value", 'key------value'],
  ["it's b)", "it's b)"],
])('strings and comments of %j are replaced', (text, expected) => {
  expect(replaceStrings(text, (literal) => '-'.repeat(literal.length))).toBe(expected);
});
