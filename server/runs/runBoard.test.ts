import { expect, test } from 'vitest';
import type { TuneProgress } from '../protocol/tune.ts';
import { RunBoard } from './runBoard.ts';

const run = (runId: string, folder: string, startedAtMs: number, stage: TuneProgress['stage'] = 'training') =>
  ({ runId, folder, startedAtMs, stage }) as TuneProgress;

/** Two folders with a store each, and a third that shares the first one's. */
function board(): RunBoard {
  const made = new RunBoard();
  made.setStores(
    new Map([
      ['/a', '/a/.git/repotune'],
      ['/b', '/b/.git/repotune'],
      ['/a/part', '/a/.git/repotune'],
    ]),
    new Set(['/a/.git/repotune', '/b/.git/repotune']),
  );
  return made;
}
const shown = (of: RunBoard, folder: string | null): string | undefined => of.shown(folder)?.progress.runId;

test('the run of the chosen folder is shown, and one of another folder only while it goes on', () => {
  const runs = board();
  expect(shown(runs, '/a')).toBeUndefined();
  runs.heard(run('one', '/a', 1), null, '/a/.git/repotune');
  expect(['/a', '/b', '/a/part', null].map((folder) => shown(runs, folder))).toEqual(['one', 'one', 'one', 'one']);
  runs.heard(run('one', '/a', 1, 'done'), null, '/a/.git/repotune');
  expect(['/a', '/b', '/a/part', null].map((folder) => shown(runs, folder))).toEqual([
    'one',
    undefined,
    'one',
    undefined,
  ]);
});

test('each folder shows its own of two runs, with its own pause', () => {
  const runs = board();
  runs.heard(run('one', '/a', 1), 'user', '/a/.git/repotune');
  runs.heard(run('two', '/b', 2), null, '/b/.git/repotune');
  expect([runs.shown('/a')?.paused, runs.shown('/b')?.paused]).toEqual(['user', null]);
  expect(runs.going().map(({ progress }) => progress.runId)).toEqual(['two', 'one']);
  expect(runs.going('one').map(({ store }) => store)).toEqual(['/a/.git/repotune']);
  runs.heard(run('two', '/b', 2, 'stopped'), null, '/b/.git/repotune');
  expect(shown(runs, '/b')).toBe('one');
  expect(runs.going('two')).toEqual([]);
});

test('the running one of a repository is found from each of its folders, and none from others', () => {
  const runs = board();
  runs.heard(run('one', '/a', 1), null, '/a/.git/repotune');
  const found = () => ['/a', '/a/part', '/b'].map((folder) => runs.goingIn(folder)?.progress.runId);
  expect(found()).toEqual(['one', 'one', undefined]);
  runs.heard(run('one', '/a', 1, 'done'), null, '/a/.git/repotune');
  expect(found()).toEqual([undefined, undefined, undefined]);
});

test('a new run replaces an ended one of its folder, also before its store is known', () => {
  const runs = board();
  runs.heard(run('one', '/a', 1, 'failed'), null, '/a/.git/repotune');
  runs.heard(run('two', '/a', 2), null, null);
  expect(shown(runs, '/a')).toBe('two');
  runs.heard(run('two', '/a', 2, 'stopped'), null, '/a/.git/repotune');
  expect(shown(runs, '/a')).toBe('two');
});

test('a run started under another path of a folder belongs to that folder', () => {
  const runs = board();
  expect(runs.home('/b/.git/repotune', '/link/to/b')).toBe('/b');
  expect(runs.home('/a/.git/repotune', '/a/part')).toBe('/a/part');
  expect(runs.home('/gone/.git/repotune', '/gone')).toBe('/gone');
});

test('a run whose store is no longer followed is forgotten', () => {
  const runs = board();
  runs.heard(run('one', '/a', 1), null, '/a/.git/repotune');
  runs.setStores(new Map([['/b', '/b/.git/repotune']]), new Set(['/b/.git/repotune']));
  expect(shown(runs, '/b')).toBeUndefined();
});
