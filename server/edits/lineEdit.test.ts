import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { heapGrowth } from '../common/testing.ts';
import { type LineEdit, lineEditOf } from './lineEdit.ts';

test('a remembered change retains its lines instead of the whole document', () => {
  const document = TextDocument.create('file:///f', 'plaintext', 1, 'const abcdefghijklmnop = 1;\n'.repeat(40_000));
  const remembered: LineEdit[] = [];
  const grown = heapGrowth(() => {
    for (let i = 0; i < 60; i++) {
      const at = { line: i * 100, character: 20 };
      const change = { range: { start: at, end: at }, text: 'x' };
      remembered.push(lineEditOf(document, change));
      TextDocument.update(document, [change], i + 2);
    }
    return remembered;
  });
  expect(grown).toBeLessThan(20_000_000);
  expect(remembered).toHaveLength(60);
});
