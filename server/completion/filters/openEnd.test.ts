import { expect, test } from 'vitest';
import { openEnd } from './openEnd.ts';
import { applied } from './testing.ts';

test.each([
  ['a block header without a body is cut', 'typescript', '{\n  ║\n}', 'a();\n  if (b) {', '{\n  ⟦a();⟧\n}'],
  ['a block header without a body is cut', 'python', 'def f():\n    ║', 'a()\n    for b in c:', 'def f():\n    ⟦a()⟧'],
  ['a block header without a body is cut', 'go', '{\n\t║', 'a()\n\tgo func() {\n', '{\n\t⟦a()⟧'],
  ['a block header without a body is cut', 'rust', '{\n    ║', 'a();\n    match b {', '{\n    ⟦a();⟧'],
  ['a block header without a body is cut', 'java', '{\n  ║', 'a();\n  call(', '{\n  ⟦a();⟧'],
  ['a block header without a body is cut', 'ruby', 'def f\n  ║\nend', 'a\n  b.each do |c|', 'def f\n  ⟦a⟧\nend'],
  ['a closed block stays', 'ruby', 'def f\n  ║\nend', 'if a\n    b\n  end', 'def f\n  ⟦if a\n    b\n  end⟧\nend'],
  ['nested block headers without a body are cut', 'cpp', '{\n  ║', 'a();\n  if (b) {\n    while (c) {', '{\n  ⟦a();⟧'],
  ['a single line may open a block', 'go', '\t║', 'for _, a := range b {', '\t⟦for _, a := range b {⟧'],
  ['trailing blanks stay', 'typescript', '{\n  ║', 'a();\n  ', '{\n  ⟦a();\n  ⟧'],
  ['a closed block stays', 'typescript', '{\n  ║', 'if (a) {\n    b();\n  }', '{\n  ⟦if (a) {\n    b();\n  }⟧'],
  [
    'a colon opens no block outside Python',
    'typescript',
    '{\n  ║',
    'switch (a) {\n  case 1:',
    '{\n  ⟦switch (a) {\n  case 1:⟧',
  ],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(openEnd, marked, generated, languageId)).toBe(expected);
});
