import { expect, test } from 'vitest';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { areInSeveralLines, joinedChanges } from './manyChanges.ts';

const lines = Array.from({ length: 300 }, (_, i) => `value_${i} = f(user, ${i})`);
const document = (eol: string): TextDocument => TextDocument.create('file:///a.py', 'python', 1, lines.join(eol));
const at = (line: number, from: number, to: number, by: string): TextDocumentContentChangeEvent => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  text: by,
});
const upwards = (make: (line: number) => TextDocumentContentChangeEvent[]): TextDocumentContentChangeEvent[] =>
  Array.from({ length: 300 }, (_, i) => 299 - i).flatMap(make);

const downwards = (make: (line: number) => TextDocumentContentChangeEvent[]): TextDocumentContentChangeEvent[] =>
  Array.from({ length: 300 }, (_, i) => i).flatMap(make);

test.each<[string, number, TextDocumentContentChangeEvent[]]>([
  ['a word in every line', 1, upwards((line) => [at(line, 0, 5, 'number')])],
  ['two adjacent places in each line', 1, upwards((line) => [at(line, 3, 5, ''), at(line, 0, 3, 'n')])],
  ['inserted lines', 1, upwards((line) => [at(line, 0, 0, '// 🙂\n')])],
  ['positions past the ends of lines', 1, upwards((line) => [at(line, 999, 9999, ';')])],
  ['too few to join', 3, upwards((line) => (line < 3 ? [at(line, 0, 5, 'n')] : []))],
  ['downwards', 1, downwards((line) => [at(line, 0, 5, 'n')])],
  ['downwards, two in a line', 1, downwards((line) => [at(line, 0, 5, 'number'), at(line, 7, 8, '🙂')])],
  ['downwards, inserted lines', 1, downwards((line) => [at(2 * line, 2, 4, 'x\ny')])],
  ['downwards, each at the end of the one before', 1, downwards((line) => [at(0, 3 * line, 3 * line, 'abc')])],
  ['downwards, in text that was just inserted', 300, downwards((line) => [at(line, 0, 5, 'n\n')])],
  ['downwards, past the ends of lines', 300, downwards((line) => [at(line, 999, 9999, ';')])],
  ['unordered', 300, upwards((line) => [at((line * 7) % 300, 0, 5, 'n')])],
  ['overlapping places', 300, upwards((line) => (line === 290 ? [at(299, 0, 9, 'x')] : [at(line, 0, 5, '')]))],
  ['reversed ranges', 300, upwards((line) => [at(line, 5, 0, 'n')])],
  ['a full-text replacement among them', 301, [...upwards((line) => [at(line, 0, 5, 'n')]), { text: 'x = 1\n' }]],
])('joined changes give the same text as the changes one by one: %s', (name, count, changes) => {
  for (const eol of ['\n', '\r\n']) {
    const joined = joinedChanges(document(eol), changes);
    expect(joined).toHaveLength(eol === '\r\n' && name.startsWith('downwards') ? changes.length : count);
    const apply = (made: readonly TextDocumentContentChangeEvent[]): string =>
      TextDocument.update(document(eol), [...made], 2).getText();
    expect(apply(joined)).toBe(apply(changes));
  }
});

test.each<[string, TextDocumentContentChangeEvent[], boolean]>([
  ['a language server renames', [at(7, 0, 4, 'title'), at(2, 6, 10, 'title')], true],
  ['Emacs tells of letters typed after each other', [at(2, 6, 6, 't'), at(2, 7, 7, 'i'), at(2, 8, 8, 't')], false],
  ['one letter is typed', [at(2, 6, 6, 't')], false],
  ['the whole text is replaced', [{ text: 'x = 1\n' }], false],
])('changes are in several lines or not, when %s', (_, changes, expected) => {
  expect(areInSeveralLines(changes)).toBe(expected);
});

test('random changes, once joined, give the same text as the changes one by one', () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 60; round++) {
    const changes: TextDocumentContentChangeEvent[] = [];
    let text = document('\n').getText();
    let offset = 0;
    // Mostly downwards, with an occasional change that is not.
    while (changes.length < 150) {
      const now = TextDocument.create('file:///a.py', 'python', 1, text);
      const start = Math.min(
        text.length,
        round % 3 === 0 && random(40) === 0 ? random(text.length) : offset + random(30),
      );
      const end = Math.min(text.length, start + random(12));
      const by = ['', 'x', 'y\n', '\n\n', 'long enough', '\nz'][random(6)]!;
      changes.push({ range: { start: now.positionAt(start), end: now.positionAt(end) }, text: by });
      text = text.slice(0, start) + by + text.slice(end);
      offset = start + by.length;
    }
    const joined = joinedChanges(document('\n'), changes);
    expect(TextDocument.update(document('\n'), [...joined], 2).getText()).toBe(text);
  }
});
