import { describe, expect, it } from 'vitest';
import { costsTooMuch, measuringSeconds, measuringSecondsLeft, restSeconds } from './timeShares.ts';

const fast = { secondsPerModel: 20, leastSecondsPerModel: 2 };
const slow = { secondsPerModel: 900, leastSecondsPerModel: 40 };
const verySlow = { secondsPerModel: 3000, leastSecondsPerModel: 130 };

describe('measuringSeconds', () => {
  it.each([
    ['all, on a fast machine', fast, 2, 50],
    ['its share, on a slow one', slow, 2, 120],
    ['no more for a third model', slow, 3, 150],
    ['the least that means anything', verySlow, 2, 325],
  ])('of 20 minutes: %s', (_, cost, models, seconds) => expect(measuringSeconds(1200, models, cost)).toBe(seconds));
});

describe('costsTooMuch', () => {
  it.each([
    [fast, false],
    [slow, false],
    [verySlow, true],
  ])('%j: %s', (cost, tooMuch) => expect(costsTooMuch(1200, 2, cost)).toBe(tooMuch));
});

describe('measuringSecondsLeft', () => {
  it.each([
    ['what was kept, where training came out as planned', 120, 120],
    ['more, where training ended early', 700, 700],
    ['all that is useful, where it ended very early', 9000, 2250],
    ['less, where training ran over', 100, 100],
    ['the least, where nothing is left', -5, 80],
  ])('%s', (_, left, seconds) => expect(measuringSecondsLeft(120, left, 2, slow)).toBe(seconds));
});

describe('restSeconds', () => {
  it('are a minute of 20', () => expect(restSeconds(1200)).toBe(60));
});
