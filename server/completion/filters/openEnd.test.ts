import { expect, test } from 'vitest';
import { openEnd } from './openEnd.ts';
import { applied } from './testing.ts';

test.each([
  ['a head without its body', 'typescript', '{\n  ║\n}', 'a();\n  if (b) {', '{\n  ⟦a();⟧\n}'],
  ['a head without its body', 'python', 'def f():\n    ║', 'a()\n    for b in c:', 'def f():\n    ⟦a()⟧'],
  ['a head without its body', 'go', '{\n\t║', 'a()\n\tgo func() {\n', '{\n\t⟦a()⟧'],
  ['a head without its body', 'rust', '{\n    ║', 'a();\n    match b {', '{\n    ⟦a();⟧'],
  ['a head without its body', 'java', '{\n  ║', 'a();\n  call(', '{\n  ⟦a();⟧'],
  ['several heads', 'cpp', '{\n  ║', 'a();\n  if (b) {\n    while (c) {', '{\n  ⟦a();⟧'],
  ['a line alone may open a block', 'go', '\t║', 'for _, a := range b {', '\t⟦for _, a := range b {⟧'],
  ['blanks at the end are nobody’s business here', 'typescript', '{\n  ║', 'a();\n  ', '{\n  ⟦a();\n  ⟧'],
  ['a block that is closed', 'typescript', '{\n  ║', 'if (a) {\n    b();\n  }', '{\n  ⟦if (a) {\n    b();\n  }⟧'],
  [
    'a colon elsewhere opens nothing',
    'typescript',
    '{\n  ║',
    'switch (a) {\n  case 1:',
    '{\n  ⟦switch (a) {\n  case 1:⟧',
  ],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(openEnd, marked, generated, languageId)).toBe(expected);
});
