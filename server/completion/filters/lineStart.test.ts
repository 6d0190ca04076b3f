import { expect, test } from 'vitest';
import { lineStart } from './lineStart.ts';
import { applied } from './testing.ts';

test.each([
  [
    'a repeated line start is dropped',
    'typescript',
    '  const header = ║',
    "const header = 'a'",
    "  const header = ⟦'a'⟧",
  ],
  ['a repeated line start is dropped', 'python', '    self.name =║', '    self.name = name', '    self.name =⟦ name⟧'],
  [
    'a repeated line start is dropped',
    'go',
    '\tfunc (mx *Mux) ║',
    'func (mx *Mux) Use() {',
    '\tfunc (mx *Mux) ⟦Use() {⟧',
  ],
  ['a short repeated start stays', 'typescript', '  i + ║', 'i + 1', '  i + ⟦i + 1⟧'],
  [
    'a call nested in the same call stays',
    'typescript',
    'Math.max(a, ║)',
    'Math.max(b, c)',
    'Math.max(a, ⟦Math.max(b, c)⟧)',
  ],
  ['a different line stays', 'rust', '    let value = ║', 'let other', '    let value = ⟦let other⟧'],
  ['an indented line is not indented again', 'typescript', '  a()\n  ║', '  b()', '  a()\n  ⟦b()⟧'],
  ['an indented line is not indented again', 'python', '    a = 1\n    ║', '    b = 2', '    a = 1\n    ⟦b = 2⟧'],
  ['indentation stays after a block opener', 'typescript', '  if (a) {\n  ║', '  b()', '  if (a) {\n  ⟦  b()⟧'],
  ['indentation stays after a block opener', 'python', '    if a:\n    ║', '    b()', '    if a:\n    ⟦    b()⟧'],
  ['indentation stays within an expression', 'typescript', '  const a =\n  ║', '  b', '  const a =\n  ⟦  b⟧'],
  ['indentation stays on a line that has none', 'python', 'a = 1\n║', '    b', 'a = 1\n⟦    b⟧'],
  ['further lines keep their indent', 'go', '\ta()\n\t║', '\tif b {\n\t\tc()\n\t}', '\ta()\n\t⟦if b {\n\t\tc()\n\t}⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(lineStart, marked, generated, languageId)).toBe(expected);
});
