import { expect, test } from 'vitest';
import type { TuneProgress } from '../server/protocol/tune.ts';
import { stopQuestion } from './stopQuestion.ts';

const nowMs = 1_000_000_000;
const running = { runId: 'a', stage: 'training', step: 7, steps: 90, startedAtMs: nowMs - 725_000 } as TuneProgress;

function asked(run: Partial<TuneProgress> | null, paused = false, byNotification = false) {
  return stopQuestion({ run: run && { ...running, ...run }, paused }, 'a', nowMs, byNotification);
}

test('asks before a tune that has learned for a while is stopped, and offers to pause it', () => {
  expect(asked({})).toEqual({
    message: 'Stop the tune?',
    detail:
      'It began 12 min 5 s ago, and what it has learned since then is lost if it is stopped. Paused, it keeps that and goes on when you resume it.',
    mayPause: true,
    goOn: 'Cancel',
  });
});

test.each([
  ['nothing runs', null],
  ['another run is in view', { runId: 'b' }],
  ['the run has ended', { stage: 'done' }],
  ['nobody asked for the run', { background: true }],
  ['the run has hardly begun', { startedAtMs: nowMs - 59_000 }],
] satisfies [string, Partial<TuneProgress> | null][])('asks nothing where %s', (_where, run) => {
  expect(asked(run)).toBeNull();
});

test.each([
  ['is paused already', {}, true],
  ['is being measured', { stage: 'evaluating' }, false],
  ['is on a cluster', { cluster: 'http://ray' }, false],
] satisfies [string, Partial<TuneProgress>, boolean][])('offers no pause where the run %s', (_where, run, paused) => {
  const question = asked(run, paused);
  expect(question?.mayPause).toBe(false);
  expect(question?.detail).not.toContain('Paused');
});

test('what the notification has one button for, stopping it or only hiding it, is asked from the start', () => {
  expect(asked({ step: 0, stage: 'mining', startedAtMs: nowMs - 3000 }, false, true)).toEqual({
    message: 'Stop the tune, or only hide its notification?',
    detail: 'It began 3 s ago. With its notification hidden it goes on, and the panel shows it.',
    mayPause: false,
    goOn: 'Hide Notification',
  });
});
