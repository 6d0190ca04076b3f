import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { lineEditOf } from '../edits/lineEdit.ts';
import { EditorWindow } from './testing.ts';

test.each([
  ['a file of 50,000 lines', Array.from({ length: 50_000 }, (_, i) => `let value${i} = call(w, ${i});\n`).join('')],
  ['a paste of 10,000 lines', 'let a = call(w);\n'],
])('%s costs less than 1 ms per key and less than 2 s per answer', async (_, text) => {
  const window = new EditorWindow();
  const big = 'file:///w/big.ts';
  window.open(big, text);
  if (text.length < 100) window.replace('let a', 'let value = call(w);\n'.repeat(10_000), big);
  window.script();
  const document = window.documents.get(big)!;
  const place = document.positionAt(4);
  const taken = Array.from({ length: 21 }, () => {
    const change = { range: { start: place, end: place }, text: 'x' };
    const started = performance.now();
    window.edits.changing(big, () => lineEditOf(document, change));
    const ms = performance.now() - started;
    TextDocument.update(document, [change], document.version + 1);
    return ms;
  });
  expect(taken.sort((a, b) => a - b)[10]).toBeLessThan(1);
  const asked = performance.now();
  await window.ask('let', { of: big });
  expect(performance.now() - asked).toBeLessThan(2000);
});
