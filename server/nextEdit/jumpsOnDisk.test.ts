import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import type { LineChange } from '../edits/change.ts';
import { JumpsOnDisk } from './jumpsOnDisk.ts';
import type { UseOnDisk, UsesToFind } from './usesOnDisk.ts';

const change: LineChange = { path: 'a.ts', line: 0, before: ['function area() {'], after: ['function surface() {'] };
const range = { start: { line: 3, character: 1 }, end: { line: 3, character: 5 } };

let asked: UsesToFind[];
let answer: (wanted: UsesToFind) => Promise<readonly UseOnDisk[]>;
let open: string[];
let jumps: JumpsOnDisk;
beforeEach(() => {
  asked = [];
  open = ['a.ts', 'open.ts'];
  answer = async () => ['open.ts', 'far/closed.ts'].map((path) => ({ path, range }));
  jumps = new JumpsOnDisk({
    isOpened: (folder) => folder === '/w',
    usesOnDisk: (wanted) => {
      asked.push(wanted);
      return answer(wanted);
    },
    isExcluded: (folder, path) => folder === '/w' && path.startsWith('vendor/'),
    uriOf: (folder, path) => `file://${folder}/${path}`,
    wait: async (ms, signal) => {
      await sleep(ms / 100, undefined, { signal }).catch(() => {});
    },
  });
});

const to = (of = change, signal = new AbortController().signal, folder = '/w') =>
  jumps.to(folder, of, [...open], signal);

test('uses in files that are not open are looked up once per change', async () => {
  const found = [{ uri: 'file:///w/far/closed.ts', range, reason: 'Uses “area”, which was changed in a.ts.' }];
  expect(await to()).toEqual(found);
  expect(await to()).toEqual(found);
  expect(asked).toEqual([{ folder: '/w', change, open: ['a.ts', 'open.ts'] }]);
  open.push('far/closed.ts');
  expect(await to()).toEqual([]);
  open.pop();
  await to({ ...change, after: ['function size() {'] });
  expect(asked).toHaveLength(2);
});

test('uses in files that a setting excludes are not listed', async () => {
  answer = async () => ['vendor/a.ts', 'far/closed.ts'].map((path) => ({ path, range }));
  expect((await to()).map(({ uri }) => uri)).toEqual(['file:///w/far/closed.ts']);
});

test('uses are looked up once more after a document was closed', async () => {
  await to();
  jumps.forget();
  await to();
  expect(asked).toHaveLength(2);
});

test('no uses are looked up for a change no other file can see, or in a folder that is not open', async () => {
  expect(await to({ ...change, before: ['area();'], after: ['surface();'] })).toEqual([]);
  expect(await to(change, new AbortController().signal, '/elsewhere')).toEqual([]);
  expect(asked).toEqual([]);
});

test('a slow look-up is not waited for, and its uses are given the next time', async () => {
  const slow = Promise.withResolvers<readonly UseOnDisk[]>();
  answer = () => slow.promise;
  expect(await to()).toEqual([]);
  slow.resolve([{ path: 'far/closed.ts', range }]);
  expect(await to()).toHaveLength(1);
  expect(asked).toHaveLength(1);
});

test('of the changes made during a look-up, only the newest is looked up after it', async () => {
  const slow = Promise.withResolvers<readonly UseOnDisk[]>();
  answer = () => slow.promise;
  const named = (name: string): LineChange => ({ ...change, after: [`function ${name}() {`] });
  const first = to(named('s'));
  await sleep(1);
  const answers = [first, ...['su', 'sur', 'surface'].map((name) => to(named(name)))];
  await sleep(10);
  expect(asked.map((wanted) => wanted.change)).toEqual([named('s')]);
  slow.resolve([{ path: 'far/closed.ts', range }]);
  expect((await Promise.all(answers)).map(({ length }) => length)).toEqual([1, 0, 0, 1]);
  expect(asked.map((wanted) => wanted.change)).toEqual([named('s'), named('surface')]);
});

test('a cancelled look-up ends at once', async () => {
  answer = () => new Promise(() => {});
  const controller = new AbortController();
  const waiting = to(change, controller.signal);
  controller.abort();
  expect(await waiting).toEqual([]);
});

test('a failed look-up is tried again', async () => {
  answer = () => Promise.reject(new Error('gone'));
  await expect(to()).rejects.toThrow('gone');
  answer = async () => [];
  expect(await to()).toEqual([]);
  expect(asked).toHaveLength(2);
});
