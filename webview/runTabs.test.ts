import { expect, test } from 'vitest';
import type { RepotuneState } from '../server/protocol/index.ts';
import type { Stage } from '../server/protocol/tune.ts';
import { tabOfRun } from './runTabs.ts';

const state = (runId: string, stage: Stage, resultOf: string | null = null, background = false) =>
  ({
    run: { runId, stage, ...(background ? { background } : {}) },
    lastResult: resultOf === null ? null : { runId: resultOf },
  }) as RepotuneState;

test("shows progress and result of a run once each, and keeps the user's tab in between", () => {
  let runs: readonly string[] = [];
  const tabs = [
    state('a', 'mining'),
    state('a', 'training'),
    state('a', 'storing'),
    state('a', 'done', 'a'),
    state('a', 'done', 'a'),
    state('b', 'mining', 'a'),
  ].map((now) => {
    const { tab, runs: kept } = tabOfRun(now, runs);
    runs = kept;
    return tab;
  });
  expect(tabs).toEqual(['Progress', null, null, 'Result', null, 'Progress']);
});

test("a page made anew during a run keeps the user's tab, and shows the result at the end", () => {
  const { runs } = tabOfRun(state('a', 'mining'), []);
  expect(tabOfRun(state('a', 'training'), runs).tab).toBeNull();
  expect(tabOfRun(state('a', 'done', 'a'), runs)).toEqual({ tab: 'Result', runs: [] });
});

test('keeps the tab for a background run and for a result that was there before', () => {
  expect(tabOfRun(state('a', 'training', null, true), []).tab).toBeNull();
  expect(tabOfRun(state('a', 'done', 'a'), []).tab).toBeNull();
});

test('shows the progress of a failed run once, and not of a background run or one that was stopped', () => {
  const { runs } = tabOfRun(state('a', 'mining'), []);
  const failed = tabOfRun(state('a', 'failed', 'earlier'), runs);
  expect(failed).toEqual({ tab: 'Progress', runs: [] });
  expect(tabOfRun(state('a', 'failed'), failed.runs).tab).toBeNull();
  expect(tabOfRun(state('a', 'failed', null, true), []).tab).toBeNull();
  expect(tabOfRun(state('a', 'stopped'), runs).tab).toBeNull();
});

test('forgets the oldest of eleven runs without a result', () => {
  const runs = Array.from({ length: 10 }, (_, i) => `stopped-${i}`);
  expect(tabOfRun(state('a', 'mining'), runs).runs).toEqual([...runs.slice(1), 'a']);
});
