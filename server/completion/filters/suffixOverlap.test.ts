import { expect, test } from 'vitest';
import { suffixOverlap } from './suffixOverlap.ts';
import { applied } from './testing.ts';

test.each([
  [
    'a repeated rest of the line is dropped',
    'typescript',
    'const x = ║ + offset;',
    'base + offset;',
    'const x = ⟦base⟧ + offset;',
  ],
  ['a repeated rest of the line is dropped', 'go', 'x := ║ + offset', 'base + offset', 'x := ⟦base⟧ + offset'],
  ['a partly repeated rest of the line is dropped', 'python', 'x = ║ + offset', 'base + off', 'x = ⟦base⟧ + offset'],
  ['a single overlapping blank stays', 'typescript', 'a = ║ x', 'b ', 'a = ⟦b ⟧ x'],
  ['its own bracket stays', 'python', "x = f(  # it's [a\n  ║)\n", 'g(y)', "x = f(  # it's [a\n  ⟦g(y)⟧)\n"],
  ['its own bracket stays', 'python', '"""It\'s [a"""\nx = f(\n  ║)\n', 'g(y)', '"""It\'s [a"""\nx = f(\n  ⟦g(y)⟧)\n'],
  ['a repeated next line is dropped', 'typescript', 'if (a) {║\n}\n', '\n  b();\n}', 'if (a) {⟦\n  b();⟧\n}\n'],
  [
    'a repeated next line is dropped',
    'python',
    'def f():║\nprint(f())\n',
    '\n    return 1\nprint(f())',
    'def f():⟦\n    return 1⟧\nprint(f())\n',
  ],
  ['a repeated next line is dropped', 'go', 'if a {║\n}\n', '\n\tb()\n}', 'if a {⟦\n\tb()⟧\n}\n'],
  ['a repeated next line is dropped', 'rust', 'if a {║\n}\n', '\n    b();\n}', 'if a {⟦\n    b();⟧\n}\n'],
  [
    'both repeated lines are cut',
    'java',
    'if (a) {║\n  }\n}\n',
    '\n    b();\n  }\n}',
    'if (a) {⟦\n    b();⟧\n  }\n}\n',
  ],
  ['both repeated lines are cut', 'cpp', 'if (a) {║\n  }\n}\n', '\n    b();\n  }\n}', 'if (a) {⟦\n    b();⟧\n  }\n}\n'],
  [
    'a closer that the document has, with more after it, is dropped',
    'java',
    'if (a) {║\n} else {\n  c();\n}\n',
    '\n  b();\n}',
    'if (a) {⟦\n  b();⟧\n} else {\n  c();\n}\n',
  ],
  [
    'a closer that the document has, with more after it, is dropped',
    'typescript',
    'f(({\n║\n}) as any)\n',
    '  a,\n})',
    'f(({\n⟦  a,⟧\n}) as any)\n',
  ],
  [
    'a last line that the document has, with less in it, is dropped',
    'typescript',
    'f(() => {║\n});\n',
    '\n  a();\n}, 100);',
    'f(() => {⟦\n  a();⟧\n});\n',
  ],
  [
    'a last line of another depth stays',
    'go',
    'func f() {\n\tgo func() {║\n}\n',
    '\n\t\ta()\n\t}()',
    'func f() {\n\tgo func() {⟦\n\t\ta()\n\t}()⟧\n}\n',
  ],
  [
    'a closer of another block stays',
    'go',
    'func f() {\n\tif a {║\n}\n',
    '\n\t\tb()\n\t}',
    'func f() {\n\tif a {⟦\n\t\tb()\n\t}⟧\n}\n',
  ],
  ['the start of the next line stays', 'python', 'f(\n║\nab(c)\n', 'x\nab', 'f(\n⟦x\nab⟧\nab(c)\n'],
  ['copy of line below', 'typescript', 'a();\n  ║\n  call(one);\n', 'call(one);', 'dropped: repeats the line below'],
  ['copy of line below', 'python', '    x = 1\n    ║\n\n    return x\n', 'return x', 'dropped: repeats the line below'],
  ['copy of line below', 'go', '\t// one\n\t// ║\r\n\t// two three\n', 'two three', 'dropped: repeats the line below'],
  ['copy of line below', 'java', 'f(║);\nf(a, b);\n', 'a, b', 'dropped: repeats the line below'],
  [
    'a repeated line of lesser depth stays',
    'typescript',
    'if (a) {\n  ║\n}\nreturn b;\n',
    'return b;',
    'if (a) {\n  ⟦return b;⟧\n}\nreturn b;\n',
  ],
  ['a partial next line stays', 'python', 'x = 1\n║\nreturn x + 1\n', 'return x', 'x = 1\n⟦return x⟧\nreturn x + 1\n'],
  ['a repeated bracket stays', 'rust', '    a\n  ║\n  }\n', '}', '    a\n  ⟦}⟧\n  }\n'],
  ['a suggestion on the last line stays', 'go', 'x := ║', 'value', 'x := ⟦value⟧'],
  ['a suggestion without repetition stays', 'typescript', 'if (a) {║\n}\n', '\n  b();', 'if (a) {⟦\n  b();⟧\n}\n'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(suffixOverlap, marked, generated, languageId)).toBe(expected);
});
