import { describe, expect, it } from 'vitest';
import { fitToSpeed, planSchedule, predictSeconds, rateAt, rateFor } from './schedule.ts';

describe('planSchedule', () => {
  it.each([
    ['a tiny repository', 8_000, 2, 60],
    ['a small one', 100_000, 100, 400],
    ['a middling one', 1_000_000, 300, 1000],
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
  ])('%d parameters: %d', (parameters, rate) => expect(rateFor(parameters)).toBeCloseTo(rate, 6));

  it('falls in between', () => {
    expect(rateFor(5e7)).toBeGreaterThan(3e-4);
    expect(rateFor(5e7)).toBeLessThan(3e-3);
  });
});

describe('rateAt', () => {
  const schedule = planSchedule({ trainTokens: 1e6, parameters: 8.4e6, maxSeconds: 200 });

  it('rises over the warm-up, then falls without a jump to the final share', () => {
    const rates = Array.from({ length: schedule.steps + 1 }, (_, step) =>
      rateAt(step, step / schedule.steps, schedule),
    );
    const peak = rates.indexOf(Math.max(...rates));
    expect(peak).toBe(schedule.warmupSteps - 1);
    expect(rates[peak]! / schedule.learningRate).toBeGreaterThan(0.95);
    for (let i = peak + 1; i < rates.length; i++) expect(rates[i]!).toBeLessThanOrEqual(rates[i - 1]!);
    expect(rates.at(-1)).toBeCloseTo(schedule.learningRate * schedule.finalShare, 10);
  });

  it('has fallen to the end when time is up, whatever the step', () => {
    expect(rateAt(schedule.warmupSteps, 1, schedule)).toBeCloseTo(schedule.learningRate * schedule.finalShare, 10);
  });
});

describe('fitToSpeed', () => {
  const whole = planSchedule({ trainTokens: 1e6, parameters: 8.4e6, maxSeconds: 200 });

  it('leaves a schedule alone that a fast machine can finish', () => expect(fitToSpeed(whole, 1e-7, 0.1)).toBe(whole));

  it('takes smaller steps rather than a handful on a slow machine', () => {
    const slow = fitToSpeed(whole, 1 / 2000, 20);
    expect(slow.tokensPerStep).toBeLessThan(whole.tokensPerStep);
    expect(slow.steps).toBeGreaterThan(50);
    expect(slow.steps * slow.tokensPerStep).toBeLessThan(200 * 2000);
  });

  it.each([
    [0.1, 8],
    [2, 4],
    [60, 3],
  ])('of a pass of %d s over what is held out: %d evaluations', (passSeconds, evaluations) => {
    const { steps, evaluateEvery } = fitToSpeed(whole, 1e-7, passSeconds);
    expect(Math.round(steps / evaluateEvery)).toBe(evaluations);
  });
});

describe('predictSeconds', () => {
  const whole = planSchedule({ trainTokens: 1e6, parameters: 8.4e6, maxSeconds: 200 });

  it('is of the tokens where the schedule ends a run', () => {
    const fast = predictSeconds(whole, 1e-6);
    expect(fast).toBeCloseTo((whole.steps * whole.tokensPerStep * 1e-6 * 3.2) / 0.85, 6);
    expect(predictSeconds(whole, 2e-6)).toBeCloseTo(2 * fast, 6);
  });

  it('is the time given where that ends it', () => {
    expect(predictSeconds(fitToSpeed(whole, 1 / 2000, 20), 1 / 2000)).toBe(200);
  });
});
