import { expect, test } from 'vitest';
import { Brake } from '../engine/brake.ts';
import { PausableClock } from './pausableClock.ts';

type Step = number | 'pause' | 'go on';

test.each<[string, readonly Step[], number]>([
  ['goes on while the run does', [5, 7], 12],
  ['stands still while the run is paused', [5, 'pause', 60, 'go on', 7], 12],
  ['stands still until the run goes on', [5, 'pause', 60], 5],
  ['stands still in every pause', ['pause', 60, 'go on', 1, 'pause', 60, 'go on', 1], 2],
])('the time of a run %s', (_, steps, passed) => {
  let atMs = 1000;
  const clock = new PausableClock(() => atMs);
  const brake = new Brake();
  brake.attach(clock);
  const startedMs = clock.nowMs();
  for (const step of steps)
    if (typeof step === 'number') atMs += step;
    else brake.set('user', step === 'pause');
  expect(clock.nowMs() - startedMs).toBe(passed);
});

test('the time of a run stands still from its start on battery', () => {
  let atMs = 0;
  const brake = new Brake();
  brake.set('battery', true);
  const clock = new PausableClock(() => atMs);
  brake.attach(clock);
  atMs = 60;
  expect(clock.nowMs()).toBe(0);
});
