import { expect, test } from 'vitest';
import { suffixOverlap } from './suffixOverlap.ts';
import { applied } from './testing.ts';

test.each([
  [
    'the rest of the line repeated',
    'typescript',
    'const x = ║ + offset;',
    'base + offset;',
    'const x = ⟦base⟧ + offset;',
  ],
  ['the rest of the line repeated', 'go', 'x := ║ + offset', 'base + offset', 'x := ⟦base⟧ + offset'],
  ['only its beginning', 'python', 'x = ║ + offset', 'base + off', 'x = ⟦base⟧ + offset'],
  ['one mark by chance', 'typescript', 'a = ║ x', 'b ', 'a = ⟦b ⟧ x'],
  ['a bracket of its own', 'python', "x = f(  # it's [a\n  ║)\n", 'g(y)', "x = f(  # it's [a\n  ⟦g(y)⟧)\n"],
  ['a bracket of its own', 'python', '"""It\'s [a"""\nx = f(\n  ║)\n', 'g(y)', '"""It\'s [a"""\nx = f(\n  ⟦g(y)⟧)\n'],
  ['the next line repeated', 'typescript', 'if (a) {║\n}\n', '\n  b();\n}', 'if (a) {⟦\n  b();⟧\n}\n'],
  [
    'the next line repeated',
    'python',
    'def f():║\nprint(f())\n',
    '\n    return 1\nprint(f())',
    'def f():⟦\n    return 1⟧\nprint(f())\n',
  ],
  ['the next line repeated', 'go', 'if a {║\n}\n', '\n\tb()\n}', 'if a {⟦\n\tb()⟧\n}\n'],
  ['the next line repeated', 'rust', 'if a {║\n}\n', '\n    b();\n}', 'if a {⟦\n    b();⟧\n}\n'],
  [
    'the next two lines repeated',
    'java',
    'if (a) {║\n  }\n}\n',
    '\n    b();\n  }\n}',
    'if (a) {⟦\n    b();⟧\n  }\n}\n',
  ],
  ['the next two lines repeated', 'cpp', 'if (a) {║\n  }\n}\n', '\n    b();\n  }\n}', 'if (a) {⟦\n    b();⟧\n  }\n}\n'],
  [
    'a bracket that stands there with more behind it',
    'java',
    'if (a) {║\n} else {\n  c();\n}\n',
    '\n  b();\n}',
    'if (a) {⟦\n  b();⟧\n} else {\n  c();\n}\n',
  ],
  [
    'a bracket that stands there with more behind it',
    'typescript',
    'f(({\n║\n}) as any)\n',
    '  a,\n})',
    'f(({\n⟦  a,⟧\n}) as any)\n',
  ],
  [
    'a bracket of another block',
    'go',
    'func f() {\n\tif a {║\n}\n',
    '\n\t\tb()\n\t}',
    'func f() {\n\tif a {⟦\n\t\tb()\n\t}⟧\n}\n',
  ],
  ['the beginning of a line', 'python', 'f(\n║\nab(c)\n', 'x\nab', 'f(\n⟦x\nab⟧\nab(c)\n'],
  ['the line below', 'typescript', 'a();\n  ║\n  call(one);\n', 'call(one);', 'dropped: repeats the line below'],
  ['the line below', 'python', '    x = 1\n    ║\n\n    return x\n', 'return x', 'dropped: repeats the line below'],
  ['the line below', 'go', '\t// one\n\t// ║\r\n\t// two three\n', 'two three', 'dropped: repeats the line below'],
  ['the line below', 'java', 'f(║);\nf(a, b);\n', 'a, b', 'dropped: repeats the line below'],
  [
    'a line of less depth',
    'typescript',
    'if (a) {\n  ║\n}\nreturn b;\n',
    'return b;',
    'if (a) {\n  ⟦return b;⟧\n}\nreturn b;\n',
  ],
  ['a line that goes on', 'python', 'x = 1\n║\nreturn x + 1\n', 'return x', 'x = 1\n⟦return x⟧\nreturn x + 1\n'],
  ['a bracket is no repetition', 'rust', '    a\n  ║\n  }\n', '}', '    a\n  ⟦}⟧\n  }\n'],
  ['the last line has none below', 'go', 'x := ║', 'value', 'x := ⟦value⟧'],
  ['nothing repeated', 'typescript', 'if (a) {║\n}\n', '\n  b();', 'if (a) {⟦\n  b();⟧\n}\n'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(suffixOverlap, marked, generated, languageId)).toBe(expected);
});
