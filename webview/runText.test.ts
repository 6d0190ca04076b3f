import { expect, test } from 'vitest';
import type { Stage, TuneProgress } from '../server/protocol/tune.ts';
import { Elapsed, rateText, spokenOf } from './runText.ts';

test.each<[Stage, boolean, string]>([
  ['mining', false, 'Mining'],
  ['training', false, 'Training'],
  ['training', true, 'Paused'],
  ['stopped', true, ''],
  ['done', false, ''],
])('a run that is %s (paused: %s) is announced as "%s"', (stage, paused, spoken) => {
  expect(spokenOf({ stage }, paused)).toBe(spoken);
});

test.each([
  [0.0002, '0.0002'],
  [0.000_183_7, '0.00018'],
  [1e-7, '0.0000001'],
])('a learning rate of %d is written %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});

const run = (runId: string, stage: Stage, startedAtMs: number): TuneProgress => ({
  runId,
  folder: '/code/app',
  stage,
  message: '',
  step: 0,
  steps: 0,
  curve: [],
  learningRate: 0,
  tokensPerSecond: 0,
  rssBytes: 0,
  startedAtMs,
  etaSeconds: null,
});

test('elapsed time stops at the end of a run, and is unknown for a run that was never seen going on', () => {
  const elapsed = new Elapsed();
  const told = [
    [run('a', 'mining', 1000), 3000],
    [run('a', 'training', 1000), 63_000],
    [run('a', 'done', 1000), 63_500],
    [run('a', 'done', 1000), 9_000_000],
    [run('b', 'failed', 70_000), 9_000_000],
    [run('c', 'training', 9_000_000), 9_005_000],
    [run('c', 'stopped', 9_000_000), 9_009_000],
  ] as const;
  expect(told.map(([one, nowMs]) => elapsed.of(one, nowMs))).toEqual([
    '2 s',
    '1 min 2 s',
    '1 min 2 s',
    '1 min 2 s',
    '–',
    '5 s',
    '5 s',
  ]);
});
