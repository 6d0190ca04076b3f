import { expect, test } from 'vitest';
import { cursorAt } from './cursor.ts';
import { soFarWithoutLineStart, withoutLineStart } from './lineStart.ts';

function at(marked: string, languageId: string) {
  return cursorAt(marked.replace('║', ''), marked.indexOf('║'), languageId);
}

test.each([
  ['a repeated line start is dropped', 'typescript', '  const header = ║', "const header = 'a'", "'a'"],
  ['a repeated line start is dropped', 'python', '    self.name =║', '    self.name = name', ' name'],
  ['a repeated line start is dropped', 'go', '\tfunc (mx *Mux) ║', 'func (mx *Mux) Use() {', 'Use() {'],
  ['a short repeated start stays', 'typescript', '  i + ║', 'i + 1', 'i + 1'],
  ['a call nested in the same call stays', 'typescript', 'Math.max(a, ║)', 'Math.max(b, c)', 'Math.max(b, c)'],
  ['a different line stays', 'rust', '    let value = ║', 'let other', 'let other'],
  ['an indented line is not indented again', 'typescript', '  a()\n  ║', '  b()', 'b()'],
  ['an indented line is not indented again', 'python', '    a = 1\n    ║', '    b = 2', 'b = 2'],
  ['indentation stays after a block opener', 'typescript', '  if (a) {\n  ║', '  b()', '  b()'],
  ['indentation stays after a block opener', 'python', '    if a:\n    ║', '    b()', '    b()'],
  ['an indented line in a block is not indented again', 'typescript', '  a = {\n    ║', '    b: 1,', 'b: 1,'],
  ['an indented line in a block is not indented again', 'go', '\ta := B{\n\t\t║', '\tC: 1,\n\t}', 'C: 1,\n\t}'],
  ['an indented line in a block is not indented again', 'python', 'if a:\n    ║', '    b()', 'b()'],
  ['indentation of arguments stays', 'java', '  f(\n    ║', '  a);', '  a);'],
  ['indentation of arguments stays', 'python', '  x = f(a,\n    ║', '    b)', '    b)'],
  ['indentation stays within an expression', 'typescript', '  const a =\n  ║', '  b', '  b'],
  ['indentation stays on a line that has none', 'python', 'a = 1\n║', '    b', '    b'],
  ['further lines keep their indent', 'go', '\ta()\n\t║', '\tif b {\n\t\tc()\n\t}', 'if b {\n\t\tc()\n\t}'],
])('%s (%s)', (_name, languageId, marked, generated, expected) => {
  expect(withoutLineStart(generated, at(marked, languageId))).toBe(expected);
  // What is known of it while it is being written begins the same.
  for (let length = 0; length <= generated.length; length++) {
    const soFar = soFarWithoutLineStart(generated.slice(0, length), at(marked, languageId));
    expect(expected.startsWith(soFar)).toBe(true);
  }
});
