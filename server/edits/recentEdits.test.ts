import { beforeEach, describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { randomFrom } from '../common/random.ts';
import { applied, type LineChange, reversed } from './change.ts';
import { type LinedText, type LineEdit, lineEditOf, linesOf, type TextChange } from './lineEdit.ts';
import { RecentEdits, SETTLED_MS } from './recentEdits.ts';

let nowMs: number;
let leftOut: string[];
let recent: RecentEdits;
let document: TextDocument;
let undone: (LineChange | null)[];

beforeEach(() => {
  nowMs = 0;
  leftOut = [];
  undone = [];
  recent = new RecentEdits({ nowMs: () => nowMs, onLeftOut: (_, why) => leftOut.push(why) });
});

function open(text: string, uri = 'file:///f'): void {
  document = TextDocument.create(uri, 'plaintext', 1, text);
}

function edit(change: TextChange): void {
  const edited = lineEditOf(document, change);
  const wire = change.range === undefined ? { text: change.text } : { range: change.range, text: change.text };
  document = TextDocument.update(document, [wire], document.version + 1);
  undone.push(recent.edited(document.uri, 'f', edited));
}

/** Replaces the first occurrence of `what` with `text`. */
function replace(what: string, text: string): void {
  const at = document.getText().indexOf(what);
  edit({ range: { start: document.positionAt(at), end: document.positionAt(at + what.length) }, text });
}

/** Typed letter by letter after the first occurrence of `what`. */
function type(what: string, text: string): void {
  const at = document.getText().indexOf(what) + what.length;
  for (const [i, letter] of [...text].entries()) {
    const place = document.positionAt(at + i);
    edit({ range: { start: place, end: place }, text: letter });
    nowMs += 100;
  }
}

const told = (): unknown[] =>
  recent
    .of(document.uri, 'f', linesOf(document.getText()))
    .map(({ line, before, after }) => [line, before.join('|'), after.join('|')]);

describe('recent edits', () => {
  it.each([
    ['\n', 'a\nfoo(w)\nb\n'],
    ['\r\n', 'a\r\nfoo(w)\r\nb\r\n'],
    ['\r', 'a\rfoo(w)\rb\r'],
  ])('merge keys typed in one place into one change, with line breaks %j', (_, text) => {
    open(text);
    type('w', 'idth');
    expect(told()).toEqual([[1, 'foo(w)', 'foo(width)']]);
  });

  it('merge lines written one below the other into one change', () => {
    open('a\nb\n');
    type('a', '\n  if x:\n    y');
    expect(told()).toEqual([[1, '', '  if x:|    y']]);
  });

  it('are separate after a pause or in another place', () => {
    open('a\nb\nc\nd\n');
    type('a', '1');
    nowMs += SETTLED_MS + 1;
    type('a1', '2');
    type('d', '3');
    expect(told()).toEqual([
      [0, 'a', 'a1'],
      [0, 'a1', 'a12'],
      [3, 'd', 'd3'],
    ]);
  });

  it('are one per cursor when two cursors type at once', () => {
    open('a\nb\nc\nd\n');
    for (const letter of 'xyz') {
      for (const line of [0, 3]) {
        const end = { line, character: linesOf(document.getText())[line]!.length };
        edit({ range: { start: end, end }, text: letter });
      }
    }
    expect(told()).toEqual([
      [0, 'a', 'axyz'],
      [3, 'd', 'dxyz'],
    ]);
  });

  it('move with lines added above them, and become the newest when continued', () => {
    open('a\nb\nc\nd\ne\n');
    type('d', '1');
    type('a', '\nx\ny');
    type('d1', '2');
    expect(told()).toEqual([
      [1, '', 'x|y'],
      [5, 'd', 'd12'],
    ]);
  });

  it.each([
    ['at once', 0],
    ['later', SETTLED_MS + 1],
  ])('leave out a change that was undone, %s', (_, later) => {
    open('a\n\nb\nc\n');
    type('b', '12');
    nowMs += later;
    type('a', '\nx');
    replace('b12', 'b');
    expect(told()).toEqual([[1, '', 'x']]);
    replace('\nx', '');
    expect(told()).toEqual([]);
  });

  it('report which change was undone, in several steps too', () => {
    open('a\nb\nc\n');
    recent.settle(document.uri);
    replace('b', 'width');
    recent.settle(document.uri);
    replace('width', 'wi');
    expect(undone.at(-1)).toBeNull();
    replace('wi', 'b');
    expect(undone.at(-1)).toEqual({ path: 'f', line: 1, before: ['b'], after: ['width'] });
    expect(told()).toEqual([]);
  });

  it('include other files, but no other cells of a notebook', () => {
    open('a\n', 'cell:1');
    type('a', '1');
    open('b\n', 'cell:2');
    type('b', '2');
    recent.edited('file:///g', 'g', { kind: 'lines', line: 0, before: ['c'], after: ['c3'] });
    expect(told()).toEqual([
      [0, 'b', 'b2'],
      [0, 'c', 'c3'],
    ]);
  });

  it('are forgotten when the file changed unseen', () => {
    open('a\nb\n');
    type('b', '1');
    open('other\ntext\n');
    expect(told()).toEqual([]);
  });

  it('reduce a whole text that a client sends to the lines that differ', () => {
    open('a\r\nb\r\nc\r\n');
    edit({ text: 'a\r\nbx\r\nc\r\n' });
    edit({ text: 'a\r\nbxy\r\nc\r\n' });
    edit({ text: 'a\r\nbxy\r\n\r\nc\r\n' });
    expect(told()).toEqual([[1, 'b', 'bxy|']]);
  });

  it('are at most 32', () => {
    open('line\n'.repeat(500));
    for (let line = 0; line < 500; line += 5) {
      edit({ range: { start: { line, character: 0 }, end: { line, character: 0 } }, text: `${line} ` });
    }
    expect(told()).toHaveLength(32);
  });

  it('keep a rename while its uses are followed, and not much longer', () => {
    open(`width\n\n\n${'other\n\n\n'.repeat(40)}${'f(width)\n\n\n'.repeat(100)}`);
    for (let uses = 0; uses < 101; uses++) replace('width', 'size');
    expect(told()).toHaveLength(101);
    expect(told()[0]).toEqual([0, 'width', 'size']);
    for (let others = 0; others < 31; others++) replace('other', `name${others}`);
    expect(told()).toHaveLength(132);
    replace('other', 'name31');
    expect(told()).toHaveLength(32);
  });

  it('are at most 256 of a rename', () => {
    open('f(width)\n\n\n'.repeat(300));
    for (let uses = 0; uses < 300; uses++) replace('width', 'size');
    expect(told()).toHaveLength(256);
  });
});

/** A document that counts accesses: letters read, and look-ups, none of which may scan its text. */
class Watched implements LinedText {
  readonly #text: LinedText;
  lettersRead = 0;
  lookUps = 0;

  constructor(text: LinedText) {
    this.#text = text;
  }

  get lineCount(): number {
    return this.#text.lineCount;
  }

  getText(...range: Parameters<LinedText['getText']>): string {
    const text = this.#text.getText(...range);
    this.lettersRead += text.length;
    return text;
  }

  offsetAt(...position: Parameters<LinedText['offsetAt']>): number {
    this.lookUps++;
    return this.#text.offsetAt(...position);
  }

  positionAt(...offset: Parameters<LinedText['positionAt']>): ReturnType<LinedText['positionAt']> {
    this.lookUps++;
    return this.#text.positionAt(...offset);
  }
}

/** Letters that an edit makes its recipient keep. */
function lettersOf(lineEdit: LineEdit): number {
  return lineEdit.kind === 'lines' ? [...lineEdit.before, ...lineEdit.after].join('').length : 0;
}

describe('large texts', () => {
  const many = 'const value = compute(1);\n';

  it.each([
    ['a paste of 10,000 lines', 'a\nb\nc\nd\n', many.repeat(10_000)],
    ['a paste of 100 lines', 'a\nb\nc\nd\n', many.repeat(100)],
    ['a paste of one line of 1 MB', 'a\nb\nc\nd\n', 'x'.repeat(1_000_000)],
  ])('are left out with a reason, and other changes keep their lines: %s', (_, text, paste) => {
    open(text);
    type('a', '1');
    type('d', '2');
    const watched = new Watched(document);
    const pasted = lineEditOf(watched, {
      range: { start: document.positionAt(3), end: document.positionAt(4) },
      text: paste,
    });
    expect(watched.lettersRead).toBeLessThanOrEqual(text.length);
    expect(lettersOf(pasted)).toBeLessThan(20_000);
    replace('b', paste);
    expect(leftOut).toEqual([expect.stringMatching(/too long to look at/)]);
    const last = linesOf(document.getText()).indexOf('d2');
    expect(told()).toEqual([
      [0, 'a', 'a1'],
      [last, 'd', 'd2'],
    ]);
    replace('d2', 'd');
    replace('a1', 'a');
    expect(told()).toEqual([]);
  });

  it('drop the changes that they replace and older ones', () => {
    open('a\nb\nc\nd\n');
    type('d', '2');
    type('b', '1');
    replace('b1', many.repeat(1000));
    expect(told()).toEqual([]);
  });

  it.each([
    ['a line of 1 MB', `a\n${'x'.repeat(1_000_000)}b\n`],
    ['a file of 50,000 lines', `${many.repeat(25_000)}b\n${many.repeat(25_000)}`],
  ])('cost next to nothing per key: %s', (_, text) => {
    open(text);
    replace('b', 'b');
    const at = text.indexOf('b\n') + 1;
    const place = document.positionAt(at);
    const watched = new Watched(document);
    const typed = lineEditOf(watched, { range: { start: place, end: place }, text: 'x' });
    expect(watched.lettersRead).toBeLessThan(10);
    expect(watched.lookUps).toBeLessThan(10);
    expect(lettersOf(typed)).toBeLessThan(10);
  });

  it('drop all changes when they are replaced as a whole', () => {
    open(many.repeat(50_000));
    type('const', 'ant');
    edit({ text: 'x'.repeat(1_000_001) });
    expect(told()).toEqual([]);
    open('a\n');
    type('a', '1');
    edit({ text: '' });
    expect(told()).toEqual([[0, 'a', '']]);
  });
});

it('recent edits can be reversed, newest first, whatever is typed', () => {
  for (let seed = 1; seed <= 40; seed++) {
    recent = new RecentEdits({ nowMs: () => nowMs, onLeftOut: (_, why) => leftOut.push(why) });
    const random = randomFrom(seed);
    const pick = (below: number): number => Math.floor(random() * below);
    open(Array.from({ length: 12 }, (_, i) => `line ${i}\n`).join(''));
    for (let step = 0; step < 60; step++) {
      nowMs += pick(6) === 0 ? SETTLED_MS + 1 : 100;
      if (pick(10) === 0) recent.settle(document.uri);
      const length = document.getText().length;
      const from = pick(length + 1);
      const to = Math.min(length, from + pick(3) * pick(12));
      const text = ['x', '', '\n', 'a\nb', 'z'.repeat(pick(2) * 20_000)][pick(5)]!;
      edit({ range: { start: document.positionAt(from), end: document.positionAt(to) }, text });
      let lines = linesOf(document.getText());
      const changes = recent.of(document.uri, 'f', lines);
      for (const change of changes.toReversed()) {
        expect(lines.slice(change.line, change.line + change.after.length)).toEqual(change.after);
        lines = applied(lines, reversed(change));
      }
    }
  }
});
