import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type LineEdit, lineEditOf } from './lineEdit.ts';

test('a change that is remembered keeps its lines, and not all of the document', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const document = TextDocument.create('file:///f', 'plaintext', 1, 'const abcdefghijklmnop = 1;\n'.repeat(40_000));
  const remembered: LineEdit[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 60; i++) {
    const at = { line: i * 100, character: 20 };
    const change = { range: { start: at, end: at }, text: 'x' };
    remembered.push(lineEditOf(document, change));
    TextDocument.update(document, [change], i + 2);
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  expect(remembered).toHaveLength(60);
});
