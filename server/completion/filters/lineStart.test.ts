import { expect, test } from 'vitest';
import { lineStart } from './lineStart.ts';
import { applied } from './testing.ts';

test.each([
  [
    'the line so far, written again',
    'typescript',
    '  const header = ║',
    "const header = 'a'",
    "  const header = ⟦'a'⟧",
  ],
  ['the line so far, written again', 'python', '    self.name =║', '    self.name = name', '    self.name =⟦ name⟧'],
  [
    'the line so far, written again',
    'go',
    '\tfunc (mx *Mux) ║',
    'func (mx *Mux) Use() {',
    '\tfunc (mx *Mux) ⟦Use() {⟧',
  ],
  ['a short beginning may come twice', 'typescript', '  i + ║', 'i + 1', '  i + ⟦i + 1⟧'],
  [
    'a call within a call goes on otherwise',
    'typescript',
    'Math.max(a, ║)',
    'Math.max(b, c)',
    'Math.max(a, ⟦Math.max(b, c)⟧)',
  ],
  ['another line is not the beginning', 'rust', '    let value = ║', 'let other', '    let value = ⟦let other⟧'],
  ['an indented line is not indented again', 'typescript', '  a()\n  ║', '  b()', '  a()\n  ⟦b()⟧'],
  ['an indented line is not indented again', 'python', '    a = 1\n    ║', '    b = 2', '    a = 1\n    ⟦b = 2⟧'],
  ['behind an opening mark it may be', 'typescript', '  if (a) {\n  ║', '  b()', '  if (a) {\n  ⟦  b()⟧'],
  ['behind an opening mark it may be', 'python', '    if a:\n    ║', '    b()', '    if a:\n    ⟦    b()⟧'],
  ['within an expression too', 'typescript', '  const a =\n  ║', '  b', '  const a =\n  ⟦  b⟧'],
  ['a line without indentation is as the model wrote it', 'python', 'a = 1\n║', '    b', 'a = 1\n⟦    b⟧'],
  ['further lines stay', 'go', '\ta()\n\t║', '\tif b {\n\t\tc()\n\t}', '\ta()\n\t⟦if b {\n\t\tc()\n\t}⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(lineStart, marked, generated, languageId)).toBe(expected);
});
