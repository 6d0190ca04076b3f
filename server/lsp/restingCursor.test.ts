import { expect, test } from 'vitest';
import type { Connection } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { hearRestingCursor } from './restingCursor.ts';

const uri = 'file:///a.ts';
const open = TextDocument.create(uri, 'typescript', 3, 'one\ntwo 😀 three\n');

/** Offsets that the server is told of. */
function told(params: unknown, trusted = true): number[] {
  const offsets: number[] = [];
  let hear = (_: unknown): void => {};
  const connection = {
    onNotification: (_: unknown, handler: typeof hear) => {
      hear = handler;
    },
  } as unknown as Connection;
  hearRestingCursor(connection, {
    server: { rested: (_uri, _language, _text, offset) => offsets.push(offset) },
    document: (asked) => (asked === uri ? open : undefined),
    trusted: () => trusted,
  });
  hear(params);
  return offsets;
}

const at = (line: number, character: number, version = 3, of = uri) => ({
  textDocument: { uri: of, version },
  position: { line, character },
});

test('the server learns where the cursor rests in a document as it knows it', () => {
  expect(told(at(1, 7))).toEqual([11]);
  expect(told(at(9, 9))).toEqual([open.getText().length]);
});

test.each([
  ['another version of the document', at(1, 0, 2), true],
  ['a document that is not open', at(1, 0, 3, 'file:///b.ts'), true],
  ['a folder that is not trusted', at(1, 0), false],
  ['a position that is none', at(-1, 0.5), true],
  ['no parameters', null, true],
])('a cursor in %s is passed over', (_, params, trusted) => expect(told(params, trusted)).toEqual([]));
