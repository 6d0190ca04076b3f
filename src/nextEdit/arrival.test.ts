import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { Arrival } from './arrival.ts';

const document = (name = 'a.ts', version = 1) =>
  ({ version, uri: { toString: () => `file:///${name}` } }) as vscode.TextDocument;

const position = (line: number, character: number) =>
  ({
    line,
    character,
    isEqual: (other: vscode.Position) => other.line === line && other.character === character,
  }) as vscode.Position;

test.each([
  ['where it was put', document(), position(3, 2), true],
  ['elsewhere in the line', document(), position(3, 0), false],
  ['in another line', document(), position(4, 2), false],
  ['there, but in another document', document('b.ts'), position(3, 2), false],
  ['there, but after the text changed', document('a.ts', 2), position(3, 2), false],
])('whether the cursor has arrived: %s', (_name, where, cursor, arrived) => {
  const arrival = new Arrival();
  expect(arrival.isAt(where, cursor)).toBe(false);
  arrival.set(document(), position(3, 2));
  expect(arrival.isAt(where, cursor)).toBe(arrived);
  arrival.moved(where, cursor);
  // The place no longer counts as an arrival once the cursor was elsewhere.
  expect(arrival.isAt(document(), position(3, 2))).toBe(arrived);
});
