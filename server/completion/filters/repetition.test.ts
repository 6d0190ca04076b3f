import { expect, test } from 'vitest';
import { repetition } from './repetition.ts';
import { applied } from './testing.ts';

test.each([
  ['the line above again', 'typescript', '  call(one);\n  ║', 'call(one);', 'dropped: repeats the line above'],
  ['the line above again', 'python', 'x = g()\n║', 'x = g()', 'dropped: repeats the line above'],
  ['a bracket is no repetition', 'typescript', '  }\n  ║', '}', '  }\n  ⟦}⟧'],
  ['a bracket is no repetition', 'rust', '    }\n    ║', '}', '    }\n    ⟦}⟧'],
  ['a line twice', 'typescript', 'f() {\n  ║', 'call(one);\n  call(one);\n  call(one);', 'f() {\n  ⟦call(one);⟧'],
  ['a line twice', 'go', 'func f() {\n\t║', 'call(1)\n\tcall(1)', 'func f() {\n\t⟦call(1)⟧'],
  ['two lines twice', 'go', '\t║', '// one\n\t// two\n\t// one\n\t// two\n\t// one', '\t⟦// one\n\t// two⟧'],
  ['a loop within a line', 'java', 'x = ║', 'a, b, a, b, a, b, a, b, a, b, a, b, ', 'dropped: repeats itself'],
  ['a loop of marks', 'rust', 'f("[^\\r]║");', '\\\\'.repeat(12), 'dropped: repeats itself'],
  ['a loop of marks', 'rust', 'f("<->║");', ' \\"> '.repeat(8), 'dropped: repeats itself'],
  [
    'a loop below indentation',
    'go',
    'x := ║',
    `f(\n${' '.repeat(12)}a, b, ${'c1, '.repeat(8)}`,
    'dropped: repeats itself',
  ],
  ['indentation', 'go', 'x := ║', `f(\n${' '.repeat(12)}a, b)`, `x := ⟦f(\n${' '.repeat(12)}a, b)⟧`],
  ['a rule is drawn by people', 'python', '# ║', '-'.repeat(40), `# ⟦${'-'.repeat(40)}⟧`],
  ['a rule is drawn by people', 'go', '// ║', '- '.repeat(20), `// ⟦${'- '.repeat(20)}⟧`],
  ['a list of equal numbers is code', 'cpp', 'int a[] = {║', '0, 0, 0, 0', 'int a[] = {⟦0, 0, 0, 0⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(repetition, marked, generated, languageId)).toBe(expected);
});
