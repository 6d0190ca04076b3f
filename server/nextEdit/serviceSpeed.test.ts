import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { threadMs } from '../common/testing.ts';
import { lineEditOf } from '../edits/lineEdit.ts';
import { EditorWindow } from './testing.ts';

test.each([
  ['a file of 50,000 lines', Array.from({ length: 50_000 }, (_, i) => `let value${i} = call(w, ${i});\n`).join('')],
  ['a paste of 10,000 lines', 'let a = call(w);\n'],
])('%s costs less than 1 ms per key and less than 2 s of CPU per answer', async (_, text) => {
  const window = new EditorWindow();
  const big = 'file:///w/big.ts';
  window.open(big, text);
  if (text.length < 100) window.replace('let a', 'let value = call(w);\n'.repeat(10_000), big);
  window.script();
  const document = window.documents.get(big)!;
  const place = document.positionAt(4);
  const taken: number[] = [];
  for (let key = 0; key < 21; key++) {
    const change = { range: { start: place, end: place }, text: 'x' };
    taken.push(await threadMs(() => window.edits.changing(big, () => lineEditOf(document, change))));
    TextDocument.update(document, [change], document.version + 1);
  }
  expect(taken.sort((a, b) => a - b)[10]).toBeLessThan(1);
  expect(await threadMs(() => window.ask('let', { of: big }))).toBeLessThan(2000);
});
