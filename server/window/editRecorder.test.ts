import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linesOf } from '../edits/lineEdit.ts';
import { forgetRecordedEdits, type RecordedEdit, readRecordedEdits } from '../edits/recordedEdits.ts';
import { SETTLE_MS } from '../edits/settling.ts';
import { forgetFile, pauseLearning } from '../mining/learning.ts';
import type { EditToRecord, Recordable } from '../mining/recording.ts';
import { EditRecorder } from './editRecorder.ts';

/** A window with a controlled clock whose documents are all in one folder. */
class Window {
  readonly store = mkdtempSync(join(tmpdir(), 'repotune-recorder-'));
  readonly texts = new Map([
    ['a.ts', 'a0\na1\na2\na3\na4'],
    ['b.ts', 'b0\nb1\nb2\nb3\nb4'],
  ]);
  on = true;
  folderOn = true;
  nowMs = 1000;
  /** What another program has just written. */
  onDisk = '';
  readonly leftOut: string[] = [];
  readonly errors: unknown[] = [];
  answer: (edit: EditToRecord) => Partial<Recordable> = () => ({});
  thrownAwaySince: number | null = null;
  #due: { atMs: number; run: () => void } | null = null;
  readonly recorder = new EditRecorder({
    isOn: () => this.on,
    isOnIn: async () => this.folderOn,
    placeOf: (uri) => (this.texts.has(uri) ? { folder: '/app', path: uri } : null),
    storeOf: async () => this.store,
    textOf: (uri) => this.texts.get(uri),
    recordable: async (edit) => {
      const { atMs, path, lines, change } = edit;
      const fit = { kind: 'fit', path, edit: { atMs, path, from: 0, lines, change } };
      return { ...fit, ...this.answer(edit) } as Recordable;
    },
    isFromDisk: async (_, text) => text === this.onDisk,
    thrownAwaySince: async () => this.thrownAwaySince,
    onLeftOut: (_, reason) => this.leftOut.push(reason),
    onError: (error) => this.errors.push(error),
    nowMs: () => this.nowMs,
    later: (ms, run) => {
      this.#due = { atMs: this.nowMs + ms, run };
      return () => {
        this.#due = null;
      };
    },
  });

  edit(uri: string, line: number, ...lines: string[]): this {
    const all = linesOf(this.texts.get(uri)!);
    this.recorder.edited(uri, () => ({ kind: 'lines', line, before: [all[line]!], after: lines }));
    this.texts.set(uri, all.toSpliced(line, 1, ...lines).join('\n'));
    return this;
  }

  async wait(ms = SETTLE_MS): Promise<this> {
    const end = this.nowMs + ms;
    for (let due = this.#due; due !== null && due.atMs <= end; due = this.#due) {
      this.#due = null;
      this.nowMs = due.atMs;
      due.run();
    }
    this.nowMs = end;
    await this.recorder.flush();
    return this;
  }

  records(): Promise<readonly RecordedEdit[]> {
    return readRecordedEdits(this.store);
  }
}

let window: Window;
beforeEach(() => {
  window = new Window();
});
afterEach(() => {
  expect(window.errors).toEqual([]);
  rmSync(window.store, { recursive: true, force: true });
});

const change = (line: number, before: string[], after: string[]) => ({ line, before, after });

it('edits still queued when all is forgotten are dropped without being looked at', async () => {
  let looked = 0;
  window.answer = () => {
    looked++;
    void window.recorder.forget();
    return {};
  };
  for (const line of [0, 2, 4]) window.edit('a.ts', line, 'x').edit('b.ts', line, 'y');
  await window.wait();
  expect(looked).toBe(1);
  window.answer = () => ({});
  await window.edit('a.ts', 0, 'z').wait();
  expect((await window.records()).at(-1)).toMatchObject({ change: change(0, ['x'], ['z']), recent: [] });
});

it('settled edits are recorded with the edits before them, across files', async () => {
  window.edit('a.ts', 1, 'A1');
  await window.wait(2000);
  window.edit('b.ts', 2, 'B2', 'B2b');
  await window.wait(3000);
  window.edit('a.ts', 3, 'A3');
  await window.wait();
  expect(await window.records()).toEqual([
    {
      atMs: 1000,
      path: 'a.ts',
      from: 0,
      lines: ['a0', 'a1', 'a2', 'a3', 'a4'],
      change: change(1, ['a1'], ['A1']),
      recent: [],
      elsewhere: [],
    },
    {
      atMs: 3000,
      path: 'b.ts',
      from: 0,
      lines: ['b0', 'b1', 'b2', 'b3', 'b4'],
      change: change(2, ['b2'], ['B2', 'B2b']),
      recent: [{ path: 'a.ts', ...change(1, ['a1'], ['A1']) }],
      elsewhere: [],
    },
    {
      atMs: 6000,
      path: 'a.ts',
      from: 0,
      lines: ['a0', 'A1', 'a2', 'a3', 'a4'],
      change: change(3, ['a3'], ['A3']),
      recent: [
        { path: 'a.ts', ...change(1, ['a1'], ['A1']) },
        { path: 'b.ts', ...change(2, ['b2'], ['B2', 'B2b']) },
      ],
      elsewhere: [],
    },
  ]);
});

it('edits discarded by closing a document without saving are forgotten, saved ones stay', async () => {
  await window.edit('a.ts', 0, 'saved').wait();
  await window.edit('b.ts', 0, 'elsewhere').wait();
  const savedAtMs = window.nowMs;
  await window.edit('a.ts', 2, 'thrown away').wait();
  await window.edit('b.ts', 2, 'after it').wait();
  window.thrownAwaySince = savedAtMs;
  window.recorder.closed('a.ts', window.texts.get('a.ts')!);
  await window.recorder.flush();
  const records = await window.records();
  expect(records.map(({ change }) => change.after[0])).toEqual(['saved', 'elsewhere', 'after it']);
  expect(records.at(-1)!.recent.map(({ path }) => path)).toEqual(['b.ts']);
});

it('edits of a document that is saved when it closes stay recorded', async () => {
  await window.edit('a.ts', 0, 'saved').wait();
  window.recorder.closed('a.ts', window.texts.get('a.ts')!);
  await window.recorder.flush();
  expect(await window.records()).toHaveLength(1);
});

it.each<[string, (window: Window) => unknown]>([
  ['in the window', (window) => Object.assign(window, { on: false })],
  ['in its folder', (window) => Object.assign(window, { folderOn: false })],
  ['by a pause', ({ store }) => pauseLearning(store, true)],
])('nothing is recorded when recording is off %s', async (_, turnOff) => {
  await turnOff(window);
  await window.edit('a.ts', 1, 'x').wait();
  expect(await window.records()).toEqual([]);
});

it('an edit that has not settled when all is forgotten is not recorded', async () => {
  await window.edit('a.ts', 1, 'x').recorder.forget();
  await window.wait();
  expect(await window.records()).toEqual([]);
});

const whole = 'a0\na1\na2\na3\na4';

it.each<[string, { answer?: Partial<Recordable>; later?: (window: Window) => unknown }, number]>([
  ['settled normally', {}, 1],
  ['was left out', { answer: { kind: 'left-out', reason: 'near a secret' } }, 0],
  ['was white space', { answer: { edit: null } }, 1],
  ['is in a file forgotten since', { later: ({ store }) => forgetFile(store, 'A.ts') }, 0],
  ['was taken back by closing its document', { later: ({ texts }) => texts.set('a.ts', whole) }, 0],
  ['came before all was forgotten in another window', { later: ({ store }) => forgetRecordedEdits(store) }, 0],
  ['came before all was forgotten', { later: ({ recorder }) => recorder.forget() }, 0],
])('the next edit is recorded with one that %s, or not', async (_, { answer = {}, later = () => {} }, seen) => {
  window.answer = () => answer;
  await window.edit('a.ts', 1, 'x').wait();
  await later(window);
  window.answer = () => ({});
  await window.edit('a.ts', 3, 'y').wait();
  const records = await window.records();
  expect(records.at(-1)).toMatchObject({ change: { after: ['y'] } });
  expect(records.at(-1)?.recent).toHaveLength(seen);
});

it('a deletion reverted by closing without saving is not recorded with the next edit', async () => {
  await window.edit('a.ts', 1).wait();
  expect(window.texts.get('a.ts')).toBe('a0\na2\na3\na4');
  window.recorder.closed('a.ts', window.texts.get('a.ts')!);
  window.texts.set('a.ts', whole);
  await window.edit('a.ts', 3, 'y').wait();
  expect((await window.records()).at(-1)).toMatchObject({ lines: linesOf(whole), recent: [] });
});

it('an edit that cannot be checked drops the earlier edits of its file', async () => {
  await window.edit('a.ts', 1, 'x').wait();
  await window.edit('b.ts', 1, 'y').wait();
  window.answer = () => {
    throw new Error('the mining process was killed');
  };
  await window.edit('a.ts', 4, 'lost').wait();
  expect(window.errors.splice(0)).toHaveLength(1);
  window.answer = () => ({});
  await window.edit('a.ts', 2, 'z').wait();
  expect((await window.records()).at(-1)?.recent.map(({ path }) => path)).toEqual(['b.ts']);
});

it('an edit that is undone later is forgotten, and undoing it is not recorded', async () => {
  window.edit('a.ts', 1, 'x');
  await window.wait();
  window.edit('b.ts', 1, 'y');
  await window.wait();
  window.edit('a.ts', 1, 'a1');
  await window.wait();
  window.edit('b.ts', 3, 'z');
  await window.wait();
  const records = await window.records();
  expect(records.map(({ path }) => path)).toEqual(['b.ts', 'b.ts']);
  expect(records[1]?.recent.map(({ path }) => path)).toEqual(['b.ts']);
});

it('the lines around earlier distant changes are recorded at their current place', async () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  window.texts.set('a.ts', lines.join('\n'));
  window.answer = ({ atMs, path, lines: all, change: made }) => ({
    edit: { atMs, path, from: made.line - 5, lines: all.slice(made.line - 5, made.line + 6), change: made },
  });
  await window.edit('a.ts', 80, 'far').wait();
  await window.edit('a.ts', 40, 'one', 'more').wait();
  await window.edit('a.ts', 42, 'here').wait();
  const now = linesOf(window.texts.get('a.ts')!);
  expect((await window.records()).map(({ elsewhere }) => elsewhere)).toEqual([
    [],
    [{ from: 76, lines: [...lines.slice(76, 80), 'far', ...lines.slice(81, 85)] }],
    [
      { from: 77, lines: now.slice(77, 86) },
      { from: 36, lines: [...lines.slice(36, 40), 'one', 'more', ...lines.slice(41, 45)] },
    ],
  ]);
});

it('the recorded start of a secret is forgotten when the rest is typed', async () => {
  await window.edit('a.ts', 3, 'long before').wait(16 * 60_000);
  await window.edit('a.ts', 1, 'token = "gh').wait();
  await window.edit('b.ts', 1, 'y').wait();
  window.answer = ({ path }) => (path === 'a.ts' ? { kind: 'left-out', reason: 'near a secret', secret: true } : {});
  await window.edit('a.ts', 1, 'token = "ghp_and_the_rest"').wait();
  const records = await window.records();
  expect(records.map(({ change }) => change.after)).toEqual([['long before'], ['y']]);
  expect(records.flatMap(({ recent }) => recent)).toEqual([]);
});

it('files outside the folders are ignored, and replacing the whole text drops unsettled edits', async () => {
  window.recorder.edited('elsewhere.ts', () => {
    throw new Error('looked at');
  });
  window.edit('a.ts', 1, 'x').recorder.edited('a.ts', () => ({ kind: 'anew', why: 'replaced' }));
  await window.wait();
  expect(await window.records()).toEqual([]);
});

it('text read from disk is not recorded, hides earlier edits of its file and forgets those it reverts', async () => {
  await window.edit('a.ts', 1, 'A1').edit('b.ts', 1, 'B1').wait();
  window.edit('a.ts', 3, 'A3');
  window.onDisk = window.texts.get('a.ts')!;
  await window.wait();
  expect(window.leftOut).toEqual(['read from disk']);
  window.onDisk = '';
  await window.edit('a.ts', 0, 'A0').wait();
  expect((await window.records()).map(({ change }) => change.after)).toEqual([['A1'], ['B1'], ['A0']]);
  expect((await window.records()).at(-1)?.recent.map(({ path }) => path)).toEqual(['b.ts']);
  window.edit('a.ts', 0, 'a0');
  window.onDisk = window.texts.get('a.ts')!;
  await window.wait();
  expect((await window.records()).map(({ change }) => change.after)).toEqual([['A1'], ['B1']]);
});
