import { describe, expect, test } from 'vitest';
import { Debounce } from './debounce.ts';

function typing(intervalMs: number, keys = 30): { debounce: Debounce; nowMs: number } {
  const debounce = new Debounce({ mostMs: 400 });
  let nowMs = 0;
  for (let i = 0; i < keys; i++) {
    nowMs += intervalMs;
    debounce.key(nowMs);
  }
  return { debounce, nowMs };
}

describe('how long to wait behind a key', () => {
  test('longer than the typing rhythm, so that fast typing is not asked about', () => {
    const { debounce, nowMs } = typing(120);
    expect(debounce.waitMs(nowMs, 0)).toBeGreaterThan(120);
    expect(debounce.waitMs(nowMs, 0)).toBeLessThan(240);
  });

  test('never longer than the limit, never shorter than the setting', () => {
    const slow = typing(900);
    expect(slow.debounce.waitMs(slow.nowMs, 0)).toBe(400);
    const fast = typing(20);
    expect(fast.debounce.waitMs(fast.nowMs, 75)).toBe(75);
  });

  test('time that has passed since the key counts', () => {
    const { debounce, nowMs } = typing(120);
    expect(debounce.waitMs(nowMs + 1000, 60)).toBe(0);
  });

  test('a slow answer is asked for earlier', () => {
    const { debounce, nowMs } = typing(200);
    const before = debounce.waitMs(nowMs, 0);
    for (let i = 0; i < 10; i++) debounce.response(250);
    expect(debounce.waitMs(nowMs, 0)).toBeLessThan(before - 100);
  });

  test.each([
    ['several cursors', 10],
    ['a formatter', 60],
  ])('what %s changes at once is one key', (_, changes) => {
    const { debounce, nowMs } = typing(120);
    const before = debounce.waitMs(nowMs, 0);
    for (let i = 0; i < changes; i++) debounce.key(nowMs + 120 + i / 100);
    expect(debounce.waitMs(nowMs + 120, 0)).toBeCloseTo(before, 0);
  });

  test('a pause is no rhythm', () => {
    const { debounce, nowMs } = typing(120);
    const before = debounce.waitMs(nowMs, 0);
    debounce.key(nowMs + 60_000);
    expect(debounce.waitMs(nowMs + 60_000, 0)).toBe(before);
  });
});
