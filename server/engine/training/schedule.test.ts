import { describe, expect, it } from 'vitest';
import {
  fitToSpeed,
  forwardsPerStepOf,
  type Pace,
  planSchedule,
  predictSeconds,
  rateAt,
  rateFor,
  searchesAt,
} from './schedule.ts';

describe('planSchedule', () => {
  it.each([
    ['a tiny repository', 8_000, 2, 60],
    ['a small repository', 100_000, 100, 400],
    ['a medium repository', 1_000_000, 300, 1000],
  ])('%s of %d training tokens gets steps in proportion', (_, trainTokens, low, high) => {
    const { steps, tokensPerStep } = planSchedule({ trainTokens, parameters: 8.4e6, maxSeconds: 200 });
    expect(steps).toBeGreaterThanOrEqual(low);
    expect(steps).toBeLessThanOrEqual(high);
    expect(steps * tokensPerStep).toBeLessThanOrEqual(trainTokens * 5);
  });

  it('takes the given learning rate', () => {
    expect(planSchedule({ trainTokens: 1e5, parameters: 1e9, maxSeconds: 60, learningRate: 1e-3 }).learningRate).toBe(
      1e-3,
    );
  });
});

describe('rateFor', () => {
  it.each([
    [1e6, 3e-3],
    [8.4e6, 3e-3],
    [5e8, 3e-4],
    [7e9, 3e-4],
  ])('for %d parameters is %d', (parameters, rate) => expect(rateFor(parameters)).toBeCloseTo(rate, 6));

  it('is in between for a base of medium size', () => {
    expect(rateFor(5e7)).toBeGreaterThan(3e-4);
    expect(rateFor(5e7)).toBeLessThan(3e-3);
  });
});

describe('rateAt', () => {
  const schedule = planSchedule({ trainTokens: 1e6, parameters: 8.4e6, maxSeconds: 200 });

  it('rises over the warm-up, then falls monotonically to the final share', () => {
    const rates = Array.from({ length: schedule.steps + 1 }, (_, step) =>
      rateAt(step, step / schedule.steps, schedule),
    );
    const peak = rates.indexOf(Math.max(...rates));
    expect(peak).toBe(schedule.warmupSteps - 1);
    expect(rates[peak]! / schedule.learningRate).toBeGreaterThan(0.95);
    for (let i = peak + 1; i < rates.length; i++) expect(rates[i]!).toBeLessThanOrEqual(rates[i - 1]!);
    expect(rates.at(-1)).toBeCloseTo(schedule.learningRate * schedule.finalShare, 10);
  });

  it('reaches the final share when time is up, whatever the step', () => {
    expect(rateAt(schedule.warmupSteps, 1, schedule)).toBeCloseTo(schedule.learningRate * schedule.finalShare, 10);
  });
});

describe('fitToSpeed', () => {
  const whole = planSchedule({ trainTokens: 1e6, parameters: 8.4e6, maxSeconds: 200 });
  const usual = { forwardsPerStep: 3.2, secondsLeft: 200, heldOutTokens: 24_000, epochTokens: 1e6 };
  const fitted = (forwardSecondsPerToken: number, more: Partial<Pace> = {}) =>
    fitToSpeed(whole, { ...usual, forwardSecondsPerToken, ...more });

  it('keeps a schedule that a fast machine can finish', () => {
    const { schedule, evaluation, tokens } = fitted(1e-7);
    expect(schedule).toBe(whole);
    expect(evaluation.tokens).toBe(24_000);
    expect(tokens).toBe(whole.steps * whole.tokensPerStep);
  });

  it('takes smaller steps instead of few on a slow machine', () => {
    const { schedule } = fitted(1 / 2000);
    expect(schedule.tokensPerStep).toBeLessThan(whole.tokensPerStep);
    expect(schedule.steps).toBeGreaterThan(50);
    expect(schedule.steps * schedule.tokensPerStep).toBeLessThan(200 * 2000);
  });

  it.each([
    ['a very slow machine', 20_000, 512],
    ['a slow machine', 70_000, 700],
    ['a medium machine', 200_000, 1024],
    ['a fast machine', 700_000, 2000],
  ])('gives %s that manages %d tokens steps of %d tokens', (_, tokens, perStep) => {
    expect(fitted((200 * 0.9) / (tokens * 3.2)).schedule.tokensPerStep).toBe(perStep);
  });

  it('leaves enough steps for a machine that turns out three times as fast as measured', () => {
    const slow = fitted(1 / 2000);
    const { schedule } = fitted(3 / 2000);
    expect(schedule.steps * schedule.tokensPerStep).toBeGreaterThanOrEqual(slow.tokens);
    expect(schedule.warmupSteps).toBeLessThan(schedule.steps * 0.05);
  });

  const bySpeed = [
    ['a fast machine', 1 / 100_000, 8, 24_000],
    ['a machine of 15,000 tokens a second', 1 / 15_000, 4, 24_000],
    ['a machine of 1,000 tokens a second', 1 / 1000, 3, 2000],
    ['a machine of 900 tokens a second', 1 / 900, 2, 2000],
    ['a machine of 60 tokens a second', 1 / 60, 1, 2000],
  ] as const;
  it.each(bySpeed)('gives %s (%d s a token) %d evaluations of at least %d tokens', (_, seconds, count, text) => {
    const { schedule, evaluation } = fitted(seconds, { secondsLeft: 200 });
    expect(Math.round(schedule.steps / schedule.evaluateEvery)).toBe(count);
    expect(evaluation.tokens).toBeGreaterThanOrEqual(text);
    expect(evaluation.tokens).toBeLessThan(1.4 * text);
  });

  it.each([
    [1 / 100, 3600, 1e6],
    [1 / 150, 900, 1e6],
    [1 / 150, 900, 5000],
    [1 / 235, 900, 1e5],
    [1 / 2000, 240, 3e4],
    [1 / 20_000, 240, 1e6],
  ])('keeps evaluations to their share at %d s a token, %d s left and %d tokens an epoch', (seconds, left, epoch) => {
    const { schedule, evaluation, tokens } = fitted(seconds, { secondsLeft: left, epochTokens: epoch });
    const evaluations = Math.round(schedule.steps / schedule.evaluateEvery);
    const passes = tokens <= epoch ? evaluations + 3 : 1 + 3 * evaluations;
    expect((passes * evaluation.tokens * seconds) / left).toBeLessThanOrEqual(0.06 + 1e-9);
    expect(evaluation.finalSeconds).toBeGreaterThanOrEqual(3 * evaluation.tokens * seconds);
    expect(evaluation.finalSeconds).toBeLessThan(0.1 * left);
  });

  it.each([1 / 100, 1 / 1000, 1 / 100_000])(
    'evaluates a run that asks for it only at its end, at %d s a token',
    (seconds) => {
      const keptUp = { ...whole, steps: 60, evaluateEvery: 60 };
      const { schedule, evaluation } = fitToSpeed(keptUp, { ...usual, forwardSecondsPerToken: seconds });
      expect(schedule.evaluateEvery).toBeGreaterThanOrEqual(schedule.steps);
      expect(evaluation.glanceTokens).toBe(0);
    },
  );

  it('plans one step and no tokens when no time is left', () => {
    const { schedule, tokens } = fitted(1 / 150, { secondsLeft: -3 });
    expect([schedule.steps, tokens]).toEqual([1, 0]);
  });
});

describe('searchesAt', () => {
  it.each([
    [0, false, false],
    [0, true, true],
    [1, false, true],
  ])('in epoch %d, at the end %s, is %s', (epoch, over, searches) => expect(searchesAt(epoch, over)).toBe(searches));
});

describe('predictSeconds', () => {
  const whole = planSchedule({ trainTokens: 1e6, parameters: 8.4e6, maxSeconds: 200 });

  it('is proportional to tokens and cost per token when the schedule ends the run', () => {
    const predicted = (forwardSecondsPerToken: number, adaptedBlocks = 24) =>
      predictSeconds(whole, {
        forwardSecondsPerToken,
        forwardsPerStep: forwardsPerStepOf({ blocks: 24, adaptedBlocks }),
      });
    const fast = predicted(1e-6);
    expect(fast).toBeCloseTo((whole.steps * whole.tokensPerStep * 1e-6 * 3.2) / 0.9, 6);
    expect(predicted(2e-6)).toBeCloseTo(2 * fast, 6);
    expect(predicted(1e-6, 12)).toBeCloseTo((2.1 / 3.2) * fast, 6);
  });

  it('is the time limit when that ends the run', () => {
    const pace = {
      forwardSecondsPerToken: 1 / 2000,
      forwardsPerStep: 3.2,
      secondsLeft: 200,
      heldOutTokens: 24_000,
      epochTokens: 1e6,
    };
    expect(predictSeconds(fitToSpeed(whole, pace).schedule, pace)).toBe(200);
  });
});
