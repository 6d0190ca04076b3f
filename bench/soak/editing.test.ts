import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isWrong } from './editing.ts';

const document = TextDocument.create('file:///a.ts', 'typescript', 1, 'call()\nnext\n');
const position = { line: 0, character: 5 };
const rangeTo = (line: number, character: number) => ({ start: position, end: { line, character } });
const half = '🙂'.slice(0, 1);

test.each([
  ['a text at the cursor', 'a', rangeTo(0, 5), false],
  ['a text over what stands behind it', 'a)', rangeTo(0, 6), false],
  ['a text from before the cursor', 'a', { start: { line: 0, character: 4 }, end: position }, true],
  ['a text over the next line', 'a', rangeTo(1, 2), true],
  ['half a character', half, rangeTo(0, 5), true],
  ['half a character in a snippet', { kind: 'snippet' as const, value: `${half}$0)` }, rangeTo(0, 6), true],
  ['a snippet', { kind: 'snippet' as const, value: 'a$0)' }, rangeTo(0, 6), false],
  ['a text without a range', 'a', undefined, true],
])('%s', (_, insertText, range, expected) => {
  expect(isWrong({ insertText, ...(range === undefined ? {} : { range }) }, document, position)).toBe(expected);
});
