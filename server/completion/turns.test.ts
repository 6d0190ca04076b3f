import { expect, test } from 'vitest';
import type { LoopOutcome, TrainJob } from '../tuning/trainJob.ts';
import { Turns } from './turns.ts';

function recordingEngine() {
  const calls: string[] = [];
  const job = Promise.withResolvers<LoopOutcome>();
  return {
    calls,
    finish: () => job.resolve({ kind: 'stopped' }),
    engine: {
      run: () => job.promise,
      pause: () => void calls.push('pause'),
      resume: () => void calls.push('resume'),
      dispose: async () => {},
    },
  };
}

test('tuning stands still from the first of overlapping generations to the last', async () => {
  const { calls, engine, finish } = recordingEngine();
  const turns = new Turns();
  const run = turns.track(engine).run({} as TrainJob, () => {});
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const both = [turns.generating(() => first.promise), turns.generating(() => second.promise)];
  expect(calls).toEqual(['pause']);
  first.resolve();
  await both[0];
  expect(calls).toEqual(['pause']);
  second.reject(new Error('the engine died'));
  await expect(both[1]).rejects.toThrow('died');
  expect(calls).toEqual(['pause', 'resume']);
  finish();
  await run;
  await turns.generating(async () => {});
  expect(calls).toEqual(['pause', 'resume']);
});

test('a tune that starts during a generation starts stopped', async () => {
  const { calls, engine, finish } = recordingEngine();
  const turns = new Turns();
  await turns.generating(async () => {
    void turns.track(engine).run({} as TrainJob, () => {});
  });
  expect(calls).toEqual(['pause', 'resume']);
  finish();
});
