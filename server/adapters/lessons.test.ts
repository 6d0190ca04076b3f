import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgetFile } from '../mining/learning.ts';
import { forgetLessons, forgetLessonsOf, readLessons, writeLessons } from './lessons.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'repotune-lessons-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const lesson = (path: string) => ({ path, line: 1, before: 'a', text: 'b', lossBefore: 2, lossAfter: 1 });

it('lessons are kept per version until the version or their file is forgotten', async () => {
  await writeLessons(store, 'first-one', [lesson('a.ts'), lesson('b.ts')]);
  await writeLessons(store, 'second-one', [lesson('A.ts')]);
  expect(await readLessons(store, 'first-one')).toHaveLength(2);
  await forgetLessonsOf(store, 'a.ts');
  expect(await readLessons(store, 'first-one')).toEqual([lesson('b.ts')]);
  expect(await readLessons(store, 'second-one')).toEqual([]);
  await forgetLessons(store, 'first-one');
  expect(await readLessons(store, 'first-one')).toEqual([]);
  await forgetLessons(store, 'first-one');
});

it('what a run learned from a file that was forgotten meanwhile is not kept', async () => {
  await forgetFile(store, 'a.ts');
  await writeLessons(store, 'first-one', [lesson('A.ts'), lesson('b.ts')]);
  expect(await readLessons(store, 'first-one')).toEqual([lesson('b.ts')]);
});

it('a damaged file of lessons counts as empty', async () => {
  await writeLessons(store, 'first-one', [lesson('a.ts')]);
  writeFileSync(join(store, 'lessons', 'first-one.json'), '{"format":1,"lessons":[{}]}');
  expect(await readLessons(store, 'first-one')).toEqual([]);
});
