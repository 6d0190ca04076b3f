import { describe, expect, it, test } from 'vitest';
import { applied, changeBetween } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { restOf } from './along.ts';
import { jumpsTo } from './jumps.ts';
import { RefusedEdits } from './refused.ts';
import { regionsToAsk } from './regions.ts';
import { appliedTo, textEditOf } from './textEdit.ts';

describe('a change of lines as a change of text', () => {
  it.each([
    ['a word', 'a\nfoo(w)\nb\n', ['a', 'foo(width)', 'b', ''], 'idth'],
    ['a line put in', 'a\nb\n', ['a', 'x', 'b', ''], 'x\n'],
    ['a line put in at the start', 'a\n', ['x', 'a', ''], 'x\n'],
    ['a line put in behind the last, which has no break', 'a\nb', ['a', 'b', 'x'], '\nx'],
    ['a line put in behind the last break', 'a\n', ['a', '', 'x'], '\nx'],
    ['the last line deleted', 'a\nb', ['a'], ''],
    ['all of a text', 'a\nb\n', [''], ''],
    ['text in an empty document', '', ['x', 'y'], 'x\ny'],
    ['half of a pair of surrogates', 'a 🙂\n', ['a 🙃', ''], '🙃'],
    ['text behind such a pair', '🙂 a\n', ['🙂 b', ''], 'b'],
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
  ['a line put in', 'a\r\nb\nc\n', ['a', 'b', 'x', 'c', ''], 'a\r\nb\nx\nc\n'],
  ['lines put in for one', 'a\r\nb\nc\r\n', ['a', 'x', 'y', 'c', ''], 'a\r\nx\ny\nc\r\n'],
  ['a line put in behind the last', 'a\r\nb\nc', ['a', 'b', 'c', 'x'], 'a\r\nb\nc\r\nx'],
  ['a line gone', 'a\r\nb\nc\r\n', ['a', 'c', ''], 'a\r\nc\r\n'],
])('in a file with several kinds of line breaks each line keeps its own: %s', (_, document, lines, becomes) => {
  const edit = textEditOf(document, changeBetween('f', 0, linesOf(document), lines)!);
  expect(appliedTo(document, edit)).toBe(becomes);
});

describe('typing along', () => {
  const was = 'f(w) + g(w)';
  /** `w) + g(w` becomes `width) + g(width`. */
  const edit = { start: 2, end: 10, text: 'width) + g(width' };

  it.each([
    ['nothing yet', was, was.replace('(w)', '(w)'), edit.text],
    ['letters of it', was, 'f(wid) + g(w)', 'th) + g(width'],
    ['the first place', was, 'f(width) + g(w)', 'idth'],
    ['all of it', was, 'f(width) + g(width)', null],
    ['something else', was, 'f(wax) + g(w)', null],
    ['something elsewhere', was, 'x f(w) + g(w)', null],
    ['text that is gone', was, 'f', null],
  ])('%s', (_, before, is, left) => {
    const rest = restOf(before, edit, is);
    expect(rest?.text ?? null).toBe(left);
    if (rest !== null) expect(appliedTo(is, rest)).toBe(appliedTo(before, edit));
  });

  it('goes on where the old text was deleted first', () => {
    expect(restOf('a = old;', { start: 4, end: 7, text: 'new' }, 'a = ;')).toEqual({ start: 4, end: 4, text: 'new' });
    expect(restOf('a = old;', { start: 4, end: 7, text: 'new' }, 'a = n;')).toEqual({ start: 5, end: 5, text: 'ew' });
    expect(restOf('a = old;', { start: 4, end: 7, text: 'new' }, 'a = ne;')).toEqual({ start: 6, end: 6, text: 'w' });
  });
});

test('what was refused is known wherever its lines are by then, and the oldest is forgotten', () => {
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

  it('are around the cursor, then where the old text stands', () => {
    expect(regionsToAsk(lines, 'f', 10, last)).toEqual([
      { from: 8, to: 16 },
      { from: 3, to: 11 },
      { from: 23, to: 31 },
    ]);
  });

  it('are in this file by a change of another one', () => {
    expect(regionsToAsk(lines, 'g', 45, last)[1]).toEqual({ from: 23, to: 31 });
  });

  it('are one where nothing was changed, or in a file that is shorter than the cursor knows', () => {
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
    ['none for what is no declaration', 'area(1)', 'area(2)', []],
    ['none for a comment that speaks of one', '# what def area gives', '# what def surface gives', []],
    ['none for a line of a comment', ' * The function area.', ' * The function surface.', []],
  ])('%s', (_, before, after, expected) => {
    expect(jumps(before, after)).toEqual(expected);
  });

  it('lead to the name itself, not to another that holds it', () => {
    const lines = ['const areas = [subarea, area(1)];'];
    const change = { path: 'area.ts', line: 0, before: ['function area() {'], after: ['function surface() {'] };
    const [jump] = jumpsTo(() => [{ ...uses, lines }], change);
    expect(jump?.range.start.character).toBe(lines[0]!.indexOf('area(1)'));
  });
});
