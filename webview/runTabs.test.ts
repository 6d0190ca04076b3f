import { expect, test } from 'vitest';
import type { RepotuneState } from '../server/protocol/index.ts';
import type { Stage } from '../server/protocol/tune.ts';
import { tabOfRun } from './runTabs.ts';

const state = (runId: string, stage: Stage, resultOf: string | null = null, background = false) =>
  ({
    run: { runId, stage, ...(background ? { background } : {}) },
    lastResult: resultOf === null ? null : { runId: resultOf },
  }) as RepotuneState;

test('a run shows its progress once and its result once, and the tab of its user stays in between', () => {
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

test('a page that is made anew in the middle of a run leaves its user where they were, and shows the result', () => {
  const { runs } = tabOfRun(state('a', 'mining'), []);
  expect(tabOfRun(state('a', 'training'), runs).tab).toBeNull();
  expect(tabOfRun(state('a', 'done', 'a'), runs)).toEqual({ tab: 'Result', runs: [] });
});

test('what nobody asked for, and a result that was there before, bring nothing into view', () => {
  expect(tabOfRun(state('a', 'training', null, true), []).tab).toBeNull();
  expect(tabOfRun(state('a', 'done', 'a'), []).tab).toBeNull();
});

test('a run that fails shows where it stood, once; one that nobody asked for, or that failed before this page, does not', () => {
  const { runs } = tabOfRun(state('a', 'mining'), []);
  const failed = tabOfRun(state('a', 'failed', 'earlier'), runs);
  expect(failed).toEqual({ tab: 'Progress', runs: [] });
  expect(tabOfRun(state('a', 'failed'), failed.runs).tab).toBeNull();
  expect(tabOfRun(state('a', 'failed', null, true), []).tab).toBeNull();
  expect(tabOfRun(state('a', 'stopped'), runs).tab).toBeNull();
});

test('runs that came to no result are forgotten in time', () => {
  const runs = Array.from({ length: 10 }, (_, i) => `stopped-${i}`);
  expect(tabOfRun(state('a', 'mining'), runs).runs).toEqual([...runs.slice(1), 'a']);
});
