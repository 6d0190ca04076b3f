import { expect, test } from 'vitest';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { joinedChanges } from './manyChanges.ts';

const text = Array.from({ length: 300 }, (_, i) => `value_${i} = f(user, ${i})`).join('\r\n');
const document = (): TextDocument => TextDocument.create('file:///a.py', 'python', 1, text);
const at = (line: number, from: number, to: number, by: string): TextDocumentContentChangeEvent => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  text: by,
});
const upwards = (make: (line: number) => TextDocumentContentChangeEvent[]): TextDocumentContentChangeEvent[] =>
  Array.from({ length: 300 }, (_, i) => 299 - i).flatMap(make);

test.each<[string, number, TextDocumentContentChangeEvent[]]>([
  ['a word in every line', 1, upwards((line) => [at(line, 0, 5, 'number')])],
  [
    'two places in a line, of which one touches the other',
    1,
    upwards((line) => [at(line, 3, 5, ''), at(line, 0, 3, 'n')]),
  ],
  ['lines put in', 1, upwards((line) => [at(line, 0, 0, '// 🙂\r\n')])],
  ['characters past the ends of lines', 1, upwards((line) => [at(line, 999, 9999, ';')])],
  ['few of them', 3, upwards((line) => (line < 3 ? [at(line, 0, 5, 'n')] : []))],
  ['from the start to the end', 300, upwards((line) => [at(299 - line, 0, 5, 'n\n')])],
  [
    'places that overlap',
    300,
    upwards((line) => [at(line, 0, line % 2 === 0 ? 5 : 9999, '')]).map((change, i) =>
      i === 7 ? at(299, 0, 9, 'x') : change,
    ),
  ],
  ['a range that is the wrong way round', 300, upwards((line) => [at(line, 5, 0, 'n')])],
  ['a whole text among them', 301, [...upwards((line) => [at(line, 0, 5, 'n')]), { text: 'x = 1\n' }]],
])('changes in many places come to the same text: %s', (_, count, changes) => {
  const joined = joinedChanges(document(), changes);
  expect(joined).toHaveLength(count);
  const apply = (made: readonly TextDocumentContentChangeEvent[]): string =>
    TextDocument.update(document(), [...made], 2).getText();
  expect(apply(joined)).toBe(apply(changes));
});
