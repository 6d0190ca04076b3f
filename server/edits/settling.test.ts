import { expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { heapGrowth } from '../common/testing.ts';
import { applied, type LineChange } from './change.ts';
import { linesOf } from './lineEdit.ts';
import { SETTLE_MS, type SettledEdit, Settling } from './settling.ts';

/** An editor with one document and a controlled clock. */
class Editor {
  text: string;
  nowMs = 0;
  readonly settled: SettledEdit[] = [];
  readonly lost: string[] = [];
  #due: { atMs: number; run: () => void } | null = null;
  readonly settling = new Settling({
    textOf: (uri) => (uri === 'a' ? this.text : undefined),
    onSettled: (edit) => this.settled.push(edit),
    onLost: (uri) => this.lost.push(uri),
    nowMs: () => this.nowMs,
    later: (ms, run) => {
      this.#due = { atMs: this.nowMs + ms, run };
      return () => {
        this.#due = null;
      };
    },
  });

  constructor(text: string) {
    this.text = text;
  }

  /** Replaces lines `from` to before `to`. */
  edit(from: number, to: number, ...lines: string[]): this {
    const before = linesOf(this.text).slice(from, to);
    this.settling.edited('a', { kind: 'lines', line: from, before, after: lines }, this.text);
    this.text = linesOf(this.text)
      .toSpliced(from, to - from, ...lines)
      .join('\n');
    return this;
  }

  wait(ms: number): this {
    const end = this.nowMs + ms;
    for (let due = this.#due; due !== null && due.atMs <= end; due = this.#due) {
      this.#due = null;
      this.nowMs = due.atMs;
      due.run();
    }
    this.nowMs = end;
    return this;
  }

  get changes(): Omit<LineChange, 'path'>[] {
    return this.settled.map(({ change }) => change);
  }
}

const change = (line: number, before: string[], after: string[]) => ({ line, before, after });
const letters = 'a\nb\nc\nd\ne\nf';

it('an edit settles ten seconds after the last key in its lines, whatever is done elsewhere', () => {
  const editor = new Editor(letters).edit(1, 2, 'b1').wait(9000).edit(1, 2, 'b2').wait(9000).edit(4, 5, 'e1');
  expect(editor.changes).toEqual([]);
  expect(editor.wait(1000).changes).toEqual([change(1, ['b'], ['b2'])]);
  expect(editor.wait(8999).changes).toHaveLength(1);
  expect(editor.wait(1).changes.slice(1)).toEqual([change(4, ['e'], ['e1'])]);
  expect(editor.settled.map(({ lines }) => lines.join(''))).toEqual(['abcdef', 'ab2cdef']);
});

it('an unsettled edit is not in the text that is reported with another edit', () => {
  const editor = new Editor(letters)
    .edit(4, 5, 'e1', 'e2')
    .wait(1000)
    .edit(0, 1, 'a', 'new')
    .wait(5000)
    .edit(5, 6, 'E1');
  expect(editor.wait(20_000).settled.map(({ lines, change }) => [lines.join(), change])).toEqual([
    ['a,b,c,d,e,f', change(1, [], ['new'])],
    ['a,new,b,c,d,e,f', change(5, ['e'], ['E1', 'e2'])],
  ]);
});

it.each<[string, (editor: Editor) => void, number]>([
  ['was undone', (editor) => editor.edit(1, 2, 'x').wait(3000).edit(1, 2, 'b'), 0],
  ['was undone in two steps', (editor) => editor.edit(1, 2, 'x', 'y').edit(1, 3, 'b'), 0],
  [
    'replaced the whole text',
    (editor) => editor.edit(1, 2, 'x').settling.edited('a', { kind: 'anew', why: '' }, editor.text),
    0,
  ],
  ['was pending when recording was turned off', (editor) => editor.edit(1, 2, 'x').settling.clear(), 0],
  ['joined two edits', (editor) => editor.edit(1, 2, 'x').edit(3, 4, 'y').edit(1, 4, 'x', 'z', 'y'), 1],
  ['bordered on another', (editor) => editor.edit(1, 2, 'x').wait(2000).edit(2, 3, 'y'), 1],
])('an edit that %s settles once or not at all', (_, make, count) => {
  const editor = new Editor(letters);
  make(editor);
  expect(editor.wait(30_000).settled).toHaveLength(count);
});

it('a document is given up when it changes in many places, is closed or is too long', () => {
  const editor = new Editor('x\n'.repeat(100));
  for (let line = 0; line < 60; line += 2) editor.edit(line, line + 1, 'y');
  // At every thirteenth place.
  expect(editor.lost).toEqual(['a', 'a']);
  const closed = new Editor(letters).edit(1, 2, 'x');
  closed.settling.edited('b', { kind: 'counted', line: 0, removed: 1, added: 1, why: '' }, 'text');
  expect(closed.wait(SETTLE_MS).lost).toEqual(['b']);
  const long = new Editor(`${'long '.repeat(110_000)}\nb`).edit(1, 2, 'c').wait(SETTLE_MS);
  expect([long.settled, long.lost]).toEqual([[], []]);
});

it('a document whose text does not match the tracked lines is given up', () => {
  const editor = new Editor(letters).edit(1, 2, 'x');
  editor.text += '\nunheard of';
  expect(editor.wait(SETTLE_MS)).toMatchObject({ settled: [], lost: ['a'] });
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])('settled edits add up to the document’s text, seed %d', (seed) => {
  const random = new Random('settling', seed);
  const editor = new Editor(Array.from({ length: 60 }, (_, i) => `line ${i}`).join('\n'));
  let lines: readonly string[] = linesOf(editor.text);
  const check = (): void => {
    for (const { lines: before, change } of editor.settled.splice(0)) {
      expect(before).toEqual(lines);
      lines = applied(before, { path: '', ...change });
    }
  };
  for (let i = 0; i < 200; i++) {
    const count = linesOf(editor.text).length;
    const from = random.below(count);
    const to = Math.min(count, from + 1 + random.below(3));
    editor.edit(from, to, ...Array.from({ length: 1 + random.below(3) }, (_, j) => `new ${i} ${j}`));
    editor.wait(random.below(4000));
    check();
  }
  editor.wait(SETTLE_MS);
  check();
  expect(lines).toEqual(linesOf(editor.text));
  expect(editor.lost).toEqual([]);
});

it('settled edits retain no versions of the document while others stay unsettled', () => {
  const grown = heapGrowth(() => {
    const editor = new Editor(Array(18_000).fill('const abcdefghijklmnop = 1;').join('\n'));
    for (let i = 0; i < 60; i++) {
      editor.edit(i * 100, i * 100 + 1, `const abcdefghijklmnop = ${i};`);
      editor.wait(SETTLE_MS / 2 + 1);
    }
    expect(editor.changes).toHaveLength(58);
    editor.settled.length = 0;
    return editor;
  });
  expect(grown).toBeLessThan(15_000_000);
});
