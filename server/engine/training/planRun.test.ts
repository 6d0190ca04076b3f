import { expect, it } from 'vitest';
import { planRun } from './planRun.ts';
import { planSchedule } from './schedule.ts';

/** A base of 0.5 B parameters, twenty minutes, and 300,000 tokens of a repository of a million. */
const schedule = planSchedule({ trainTokens: 3e5, parameters: 5e8, maxSeconds: 1000 });
const pace = { forwardsPerStep: 3.2, secondsLeft: 1000, heldOutTokens: 24_000, epochTokens: 3e5 };
const cpu = { device: 'CPU', blocks: 24, adaptedBlocks: 24, parameters: 5e8 };
const refusing = { schedule, adaptToSpeed: true, preflight: { datasetTokens: 1e6, refuses: true, otherSeconds: 0 } };

it.each([
  ['a laptop of today', 1 / 235, 100, 0.066],
  ['a laptop three times as slow', 1 / 80, 43, 0.022],
  ['a GPU', 1 / 20_000, 350, 1.2],
])('the plan states the steps and epochs that fit the time on %s', (_, forwardSecondsPerToken, steps, epochs) => {
  const { planned } = planRun(refusing, { ...pace, forwardSecondsPerToken }, cpu);
  expect(Math.abs(planned.steps / steps - 1)).toBeLessThan(0.25);
  expect(planned.epochs).toBeCloseTo(epochs, 1);
  expect(planned.seconds).toBeLessThanOrEqual(1000);
});

it('a plan under 30 steps is rejected unless it is wanted anyway', () => {
  const slow = { ...pace, forwardSecondsPerToken: 1 / 30 };
  expect(() => planRun(refusing, slow, cpu)).toThrow(
    expect.objectContaining({
      code: 'too-short',
      message: expect.stringMatching(/an adapter needs 30\. .*at least 37 minutes/),
    }),
  );
  const wanted = { ...refusing, preflight: { datasetTokens: 1e6, refuses: false, otherSeconds: 0 } };
  expect(planRun(wanted, slow, cpu).planned.steps).toBeLessThan(30);
});

it('a run whose minutes went elsewhere is told to allow more than it was given', () => {
  const given = 20 * 60;
  const busy = { ...schedule, maxSeconds: 5 };
  const job = { ...refusing, schedule: busy, preflight: { ...refusing.preflight, otherSeconds: given + 60 } };
  const late = { ...pace, secondsLeft: -1, forwardSecondsPerToken: 1 / 235 };
  // 21 minutes besides 3.5 of steps.
  expect(() => planRun(job, late, cpu)).toThrow(/about 0 training steps, .*at least 28 minutes/);
});

it('a plan of few steps is accepted when they cover a small repository', () => {
  const small = planSchedule({ trainTokens: 4000, parameters: 5e8, maxSeconds: 1000 });
  const job = { ...refusing, schedule: small, preflight: { datasetTokens: 4000, refuses: true, otherSeconds: 0 } };
  const { planned } = planRun(job, { ...pace, epochTokens: 4000, forwardSecondsPerToken: 1 / 235 }, cpu);
  expect(planned).toMatchObject({ steps: small.steps, epochs: expect.closeTo(4, 0) });
});

it('a schedule that does not adapt to speed is kept', () => {
  const fixed = planRun({ schedule, adaptToSpeed: false }, { ...pace, forwardSecondsPerToken: 1 }, cpu);
  expect(fixed.schedule).toBe(schedule);
  expect(fixed.planned).toMatchObject({ steps: schedule.steps, epochs: null });
});
