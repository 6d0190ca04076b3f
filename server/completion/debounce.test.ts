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

describe('the wait after a key', () => {
  test('is longer than the typing interval, but less than twice as long', () => {
    const { debounce, nowMs } = typing(120);
    expect(debounce.waitMs(nowMs, 0)).toBeGreaterThan(120);
    expect(debounce.waitMs(nowMs, 0)).toBeLessThan(240);
  });

  test('stays between the configured debounce and the upper limit', () => {
    const slow = typing(900);
    expect(slow.debounce.waitMs(slow.nowMs, 0)).toBe(400);
    const fast = typing(20);
    expect(fast.debounce.waitMs(fast.nowMs, 75)).toBe(75);
  });

  test('is zero when enough time has passed since the key', () => {
    const { debounce, nowMs } = typing(120);
    expect(debounce.waitMs(nowMs + 1000, 60)).toBe(0);
  });

  test('gets shorter when answers are slow', () => {
    const { debounce, nowMs } = typing(200);
    const before = debounce.waitMs(nowMs, 0);
    for (let i = 0; i < 10; i++) debounce.response(250);
    expect(debounce.waitMs(nowMs, 0)).toBeLessThan(before - 100);
  });

  test.each([
    ['several cursors', 10],
    ['a formatter', 60],
  ])('counts simultaneous changes by %s as one key', (_, changes) => {
    const { debounce, nowMs } = typing(120);
    const before = debounce.waitMs(nowMs, 0);
    for (let i = 0; i < changes; i++) debounce.key(nowMs + 120 + i / 100);
    expect(debounce.waitMs(nowMs + 120, 0)).toBeCloseTo(before, 0);
  });

  test('is unaffected by a long pause between keys', () => {
    const { debounce, nowMs } = typing(120);
    const before = debounce.waitMs(nowMs, 0);
    debounce.key(nowMs + 60_000);
    expect(debounce.waitMs(nowMs + 60_000, 0)).toBe(before);
  });
});
