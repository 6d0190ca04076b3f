import { describe, expect, it, test } from 'vitest';
import { applied, changeBetween } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { restOf } from './along.ts';
import { jumpsTo } from './jumps.ts';
import { RefusedEdits } from './refused.ts';
import { regionsToAsk } from './regions.ts';
import { appliedTo, textEditOf } from './textEdit.ts';

describe('the text edit of a change of lines', () => {
  it.each([
    ['a word', 'a\nfoo(w)\nb\n', ['a', 'foo(width)', 'b', ''], 'idth'],
    ['an inserted line', 'a\nb\n', ['a', 'x', 'b', ''], 'x\n'],
    ['a line inserted at the start', 'a\n', ['x', 'a', ''], 'x\n'],
    ['a line inserted after a last line without a break', 'a\nb', ['a', 'b', 'x'], '\nx'],
    ['a line inserted after the last break', 'a\n', ['a', '', 'x'], '\nx'],
    ['the last line deleted', 'a\nb', ['a'], ''],
    ['all of a text', 'a\nb\n', [''], ''],
    ['text in an empty document', '', ['x', 'y'], 'x\ny'],
    ['half of a surrogate pair', 'a 🙂\n', ['a 🙃', ''], '🙃'],
    ['text after a surrogate pair', '🙂 a\n', ['🙂 b', ''], 'b'],
  ])('%s', (_, text, lines, written) => {
    for (const eol of ['\n', '\r\n']) {
      const document = text.replaceAll('\n', eol);
      const change = changeBetween('f', 0, linesOf(document), lines)!;
      const edit = textEditOf(document, change);
      expect(linesOf(appliedTo(document, edit))).toEqual(applied(linesOf(document), change));
      expect(appliedTo(document, edit)).toBe(
        lines.join(document.includes('\r') ? eol : eol === '\r\n' && !text.includes('\n') ? '\n' : eol),
      );
      if (eol === '\n') expect(edit.text).toBe(written);
    }
  });
});

it.each([
  ['a word', 'a\r\nf(w)\rg(w)\nb\r\n', ['a', 'f(h)', 'g(h)', 'b', ''], 'a\r\nf(h)\rg(h)\nb\r\n'],
  ['an inserted line', 'a\r\nb\nc\n', ['a', 'b', 'x', 'c', ''], 'a\r\nb\nx\nc\n'],
  ['two lines for one', 'a\r\nb\nc\r\n', ['a', 'x', 'y', 'c', ''], 'a\r\nx\ny\nc\r\n'],
  ['a line inserted after the last', 'a\r\nb\nc', ['a', 'b', 'c', 'x'], 'a\r\nb\nc\r\nx'],
  ['a deleted line', 'a\r\nb\nc\r\n', ['a', 'c', ''], 'a\r\nc\r\n'],
])('each line keeps its own line break in a file with several kinds: %s', (_, document, lines, becomes) => {
  const edit = textEditOf(document, changeBetween('f', 0, linesOf(document), lines)!);
  expect(appliedTo(document, edit)).toBe(becomes);
});

describe('typing along', () => {
  const was = 'f(w) + g(w)';
  /** `w) + g(w` becomes `width) + g(width`. */
  const edit = { start: 2, end: 10, text: 'width) + g(width' };

  it.each([
    ['leaves the whole edit before anything is typed', was, was.replace('(w)', '(w)'), edit.text],
    ['leaves the rest after some letters', was, 'f(wid) + g(w)', 'th) + g(width'],
    ['leaves the second place after the first', was, 'f(width) + g(w)', 'idth'],
    ['ends the edit when all of it is typed', was, 'f(width) + g(width)', null],
    ['ends the edit when something else is typed', was, 'f(wax) + g(w)', null],
    ['ends the edit when text elsewhere changes', was, 'x f(w) + g(w)', null],
    ['ends the edit when its text is deleted', was, 'f', null],
  ])('%s', (_, before, is, left) => {
    const rest = restOf(before, edit, is);
    expect(rest?.text ?? null).toBe(left);
    if (rest !== null) expect(appliedTo(is, rest)).toBe(appliedTo(before, edit));
  });

  it('continues after the old text was deleted first', () => {
    expect(restOf('a = old;', { start: 4, end: 7, text: 'new' }, 'a = ;')).toEqual({ start: 4, end: 4, text: 'new' });
    expect(restOf('a = old;', { start: 4, end: 7, text: 'new' }, 'a = n;')).toEqual({ start: 5, end: 5, text: 'ew' });
    expect(restOf('a = old;', { start: 4, end: 7, text: 'new' }, 'a = ne;')).toEqual({ start: 6, end: 6, text: 'w' });
  });
});

test('a refused edit is recognised wherever its lines have moved, and the oldest is forgotten', () => {
  const refused = new RefusedEdits();
  const change = { path: 'f', line: 1, before: ['  a'], after: ['  b'] };
  refused.add(change);
  expect(refused.has({ ...change, line: 7, before: ['a'], after: ['b'] })).toBe(true);
  expect(refused.has({ ...change, path: 'g' })).toBe(false);
  expect(refused.has({ ...change, after: ['c'] })).toBe(false);
  for (let i = 0; i < 600; i++) refused.add({ ...change, after: [String(i)] });
  expect(refused.has(change)).toBe(false);
});

describe('regions', () => {
  const lines = Array.from({ length: 60 }, (_, i) => (i % 20 === 5 ? `use(w, ${i})` : `line ${i}`));
  const last = { path: 'f', line: 10, before: ['def f(w)'], after: ['def f(width)'] };

  it('are around the cursor, then around uses of the old text', () => {
    expect(regionsToAsk(lines, 'f', 10, last)).toEqual([
      { from: 8, to: 16 },
      { from: 3, to: 11 },
      { from: 23, to: 31 },
    ]);
  });

  it('are around uses in this file after a change in another', () => {
    expect(regionsToAsk(lines, 'g', 45, last)[1]).toEqual({ from: 23, to: 31 });
  });

  it('are only one without a change, or in a file that is shorter than the cursor’s line', () => {
    expect(regionsToAsk(lines, 'f', 10, null)).toHaveLength(1);
    expect(regionsToAsk([''], 'f', 10, null)).toEqual([{ from: 0, to: 1 }]);
  });
});

describe('jumps', () => {
  const uses = {
    uri: 'file:///uses.py',
    path: 'uses.py',
    lines: ['from area import area', 'x = 1', 'y = area(1, 2)', 'w = 2'],
  };
  const jumps = (before: string, after: string): (string | number)[] =>
    jumpsTo(() => [uses], { path: 'area.py', line: 0, before: [before], after: [after] }).map(
      ({ range }) => range.start.line,
    );

  it.each([
    ['uses of a renamed function', 'def area(w, h):', 'def surface(w, h):', [0, 2]],
    ['calls of a function with another parameter', 'def area(w):', 'def area(w, h):', [2]],
    ['none for a parameter with another name', 'def area(w):', 'def area(width):', []],
    ['none for a renamed local variable', '    let area = 1', '    let surface = 1', []],
    ['none for a renamed parameter’s name elsewhere', 'def other(w):', 'def other(width):', []],
    ['none for a line without a declaration', 'area(1)', 'area(2)', []],
    ['none for a comment that mentions one', '# what def area gives', '# what def surface gives', []],
    ['none for a line of a comment', ' * The function area.', ' * The function surface.', []],
  ])('are %s', (_, before, after, expected) => {
    expect(jumps(before, after)).toEqual(expected);
  });

  it('lead to the name itself, not to a longer one that contains it', () => {
    const lines = ['const areas = [subarea, area(1)];'];
    const change = { path: 'area.ts', line: 0, before: ['function area() {'], after: ['function surface() {'] };
    const [jump] = jumpsTo(() => [{ ...uses, lines }], change);
    expect(jump?.range.start.character).toBe(lines[0]!.indexOf('area(1)'));
  });
});
