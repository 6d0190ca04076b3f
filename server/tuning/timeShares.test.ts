import { describe, expect, it } from 'vitest';
import { costsTooMuch, measuringSeconds, measuringSecondsLeft, restSeconds } from './timeShares.ts';

const fast = { seconds: 40, leastSeconds: 4 };
const slow = { seconds: 1800, leastSeconds: 80 };
const verySlow = { seconds: 6000, leastSeconds: 260 };

describe('measuringSeconds', () => {
  it.each([
    ['all, on a fast machine', fast, 50],
    ['its share, on a slow one', slow, 120],
    ['the least that means anything', verySlow, 325],
  ])('of 20 minutes: %s', (_, cost, seconds) => expect(measuringSeconds(1200, cost)).toBe(seconds));
});

describe('costsTooMuch', () => {
  it.each([
    [fast, false],
    [slow, false],
    [verySlow, true],
  ])('a cost of %j is too much: %s', (cost, tooMuch) => expect(costsTooMuch(1200, cost)).toBe(tooMuch));
});

describe('measuringSecondsLeft', () => {
  it.each([
    ['what was kept, where training came out as planned', 120, 120],
    ['more, where training ended early', 700, 700],
    ['all that is useful, where it ended very early', 9000, 2250],
    ['less, where training ran over', 100, 100],
    ['the least, where nothing is left', -5, 80],
  ])('%s', (_, left, seconds) => expect(measuringSecondsLeft(120, left, slow)).toBe(seconds));
});

describe('restSeconds', () => {
  it('is a minute of 20 minutes', () => expect(restSeconds(1200)).toBe(60));
});
