import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

function recording() {
  const calls: string[] = [];
  return {
    calls,
    isComputing: () => true,
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
  };
}

test('tuning is paused from the first of overlapping generations to the last', async () => {
  const tune = recording();
  const turns = new Turns();
  const leave = turns.attach(tune);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const both = [turns.generating(() => first.promise), turns.generating(() => second.promise)];
  expect(tune.calls).toEqual(['pause']);
  first.resolve();
  await both[0];
  expect(tune.calls).toEqual(['pause']);
  second.reject(new Error('the engine died'));
  await expect(both[1]).rejects.toThrow('died');
  expect(tune.calls).toEqual(['pause', 'resume']);
  leave();
  await turns.generating(async () => {});
  expect(tune.calls).toEqual(['pause', 'resume']);
});

test('isTuning is false until an attached tune computes', () => {
  const turns = new Turns();
  let computing = false;
  turns.attach({ ...recording(), isComputing: () => computing });
  expect(turns.isTuning).toBe(false);
  computing = true;
  expect(turns.isTuning).toBe(true);
});

test('a tune attached during a generation starts paused', async () => {
  const tune = recording();
  const turns = new Turns();
  await turns.generating(async () => {
    turns.attach(tune);
  });
  expect(tune.calls).toEqual(['pause', 'resume']);
});
