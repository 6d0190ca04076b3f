import { expect, test } from 'vitest';
import { repetition } from './repetition.ts';
import { applied } from './testing.ts';

test.each([
  ['a copy of the line above', 'typescript', '  call(one);\n  ║', 'call(one);', 'dropped: repeats the line above'],
  ['a copy of the line above', 'python', 'x = g()\n║', 'x = g()', 'dropped: repeats the line above'],
  ['a repeated bracket stays', 'typescript', '  }\n  ║', '}', '  }\n  ⟦}⟧'],
  ['a repeated bracket stays', 'rust', '    }\n    ║', '}', '    }\n    ⟦}⟧'],
  ['repeats are cut', 'typescript', 'f() {\n  ║', 'call(one);\n  call(one);\n  call(one);', 'f() {\n  ⟦call(one);⟧'],
  ['repeats are cut', 'go', 'func f() {\n\t║', 'call(1)\n\tcall(1)', 'func f() {\n\t⟦call(1)⟧'],
  ['two repeated lines are cut', 'go', '\t║', '// one\n\t// two\n\t// one\n\t// two\n\t// one', '\t⟦// one\n\t// two⟧'],
  ['a looping line is dropped', 'java', 'x = ║', 'a, b, a, b, a, b, a, b, a, b, a, b, ', 'dropped: repeats itself'],
  ['a loop of punctuation is dropped', 'rust', 'f("[^\\r]║");', '\\\\'.repeat(12), 'dropped: repeats itself'],
  ['a loop of punctuation is dropped', 'rust', 'f("<->║");', ' \\"> '.repeat(8), 'dropped: repeats itself'],
  [
    'a loop after deep indentation is dropped',
    'go',
    'x := ║',
    `f(\n${' '.repeat(12)}a, b, ${'c1, '.repeat(8)}`,
    'dropped: repeats itself',
  ],
  ['deep indentation alone stays', 'go', 'x := ║', `f(\n${' '.repeat(12)}a, b)`, `x := ⟦f(\n${' '.repeat(12)}a, b)⟧`],
  ['a drawn rule stays', 'python', '# ║', '-'.repeat(40), `# ⟦${'-'.repeat(40)}⟧`],
  ['a drawn rule stays', 'go', '// ║', '- '.repeat(20), `// ⟦${'- '.repeat(20)}⟧`],
  ['a list of equal numbers stays', 'cpp', 'int a[] = {║', '0, 0, 0, 0', 'int a[] = {⟦0, 0, 0, 0⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(repetition, marked, generated, languageId)).toBe(expected);
});
