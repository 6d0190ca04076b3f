import { describe, expect, test } from 'vitest';
import { type Drawing, drawingOf } from './drawing.ts';

/** Draws the replacement of the document's lines `from` to before `to` by `updated`, as text with one line per document line. */
function drawn(document: readonly string[], from: number, to: number, updated: readonly string[]) {
  const drawing = drawingOf({
    first: from,
    old: document.slice(from, to),
    updated,
    lineCount: document.length,
    tabSize: 4,
    lineAt: (line) => document[line] ?? '',
  });
  return { drawing, text: document.map((line, i) => asText(drawing, line, i)) };
}

/** `-piece-`, `+piece+`, `~` for a removed line, `^` for one above which lines are inserted, `|` before what is shown beside it. */
function asText(drawing: Drawing, line: string, i: number): string {
  const marks = [
    ...drawing.inserted
      .filter(({ at }) => at.line === i)
      .map(({ at, text }) => ({ at: at.character, mark: `+${text}+` })),
    ...drawing.removed
      .filter(({ start }) => start.line === i)
      .flatMap(({ start, end }) => [
        { at: end.character, mark: '-' },
        { at: start.character, mark: '-' },
      ]),
  ].sort((a, b) => b.at - a.at);
  const code = marks.reduce((text, { at, mark }) => text.slice(0, at) + mark + text.slice(at), line);
  const beside = drawing.beside.filter((one) => one.line === i).map(({ gap, text }) => `${' '.repeat(gap)}|${text}|`);
  const signs = (drawing.boundaries.includes(i) ? '^' : '') + (drawing.removedLines.includes(i) ? '~' : '');
  return (signs + code + beside.join('')).replaceAll('\u00a0', ' ');
}

const python = ['class A:', '    def __init__(self, x):', '        self.x = x', '', '    def go(self): pass'];

describe('drawingOf', () => {
  test.each([
    ['a word within its line', ['a = get(url)', 'b'], 0, 1, ['a = get(address)'], ['a = get(-url-+address+)', 'b']],
    [
      'a changed word in each of several lines',
      ['f(url)', 'x', 'g(url)'],
      0,
      3,
      ['f(at)', 'x', 'g(at)'],
      ['f(-url-+at+)', 'x', 'g(-url-+at+)'],
    ],
    ['an added argument', ['f(a)'], 0, 1, ['f(a, b)'], ['f(a+, b+)']],
    [
      'an added line beside the lines from there on, without its indentation',
      python,
      2,
      3,
      ['        self.x = x', '        self.y = y'],
      ['class A:', '    def __init__(self, x):', '        self.x = x', '^   |self.y = y|', '    def go(self): pass'],
    ],
    ['removed lines', ['a', 'b', 'c'], 0, 3, ['a'], ['a', '~b', '~c']],
    ['a deletion of everything', ['a', 'b'], 0, 2, [''], ['~a', '~b']],
    [
      'lines replaced by more lines, in a column right of the code',
      ['if (a)', '  return b;', 'c();'],
      0,
      2,
      ['if (a) {', '  return b;', '}'],
      ['if (a)+ {+', '  return b;   |↵ }|', '^c();'],
    ],
    [
      'an added line after the one that it follows, where the next one has code',
      ['f() {', '\ta();', '}'],
      1,
      2,
      ['\ta();', '\tb();'],
      ['f() {', '\ta();   |↵ b();|', '^}'],
    ],
    ['an added line at the end of the document', ['a', 'b'], 1, 2, ['b', 'c'], ['a', 'b   |↵ c|']],
    ['an added first line beside what it precedes', ['a', 'b'], 0, 1, ['x', 'a'], ['^a   |x|', 'b']],
    [
      'lines added at the end of the document, beside the last ones',
      ['a', 'bbb'],
      1,
      2,
      ['bbb', 'c', 'd'],
      ['a     |c|', 'bbb   |d|'],
    ],
    ['more lines than the document has', ['a'], 0, 1, ['b', 'c', 'd'], ['~a   |… 3 more lines|']],
    [
      'tabs by their columns',
      ['\tf()', 'x'],
      0,
      1,
      ['\tf()', '\tg()', '\t\th()'],
      ['\tf()   |g()    |', '^x         |    h()|'],
    ],
  ])('draws %s', (_name, document, from, to, updated, expected) => {
    expect(drawn(document, from, to, updated).text).toEqual(expected);
  });

  test.each([
    ['a piece of a line: on that line', ['a', 'f(x)', 'b'], 1, 2, ['f(y)'], 1],
    ['removed lines: on the first of them', ['a', 'b', 'c'], 0, 3, ['a'], 1],
    ['lines beside the code: on the line above', ['a', 'b', 'c'], 1, 2, ['x', 'y', 'z'], 0],
    ['added lines: on the line that they follow', ['a', 'b', 'c'], 0, 1, ['a', 'x', 'y'], 0],
    ['an added line: on the line that it precedes', ['a', 'b', 'c'], 0, 1, ['a', 'x'], 1],
    ['the first line: on that line', ['a', 'b'], 0, 1, ['x', 'y'], 0],
    ['lines after the last: on the line above it', ['a', 'b'], 1, 2, ['b', 'x'], 0],
  ])('puts the key hint of %s', (_name, document, from, to, updated, expected) => {
    expect(drawn(document, from, to, updated).drawing.keyLine).toBe(expected);
  });

  test('cuts a long insertion and says how many more lines there are', () => {
    const document = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const { drawing } = drawn(document, 10, 11, ['line 10', ...Array.from({ length: 40 }, (_, i) => `new ${i}`)]);
    expect(drawing.beside).toHaveLength(16);
    expect(drawing.beside.at(-1)?.text.replaceAll('\u00a0', ' ').trim()).toBe('… 25 more lines');
  });

  test('cuts a long piece after a whole character', () => {
    const { drawing } = drawn(['f()'], 0, 1, [`f(${'a'.repeat(159)}🙂b)`]);
    expect(drawing.inserted[0]?.text).toBe(`${'a'.repeat(159)}…`);
  });

  test('draws only a piece of a line of 1 MB', () => {
    const { drawing } = drawn(['a'.repeat(1e6), 'b'], 0, 1, ['c'.repeat(1e6)]);
    expect(drawing.inserted[0]?.text.length).toBeLessThan(200);
  });
});
