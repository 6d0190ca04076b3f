import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AwakeClock } from './awakeClock.ts';

let systemMs = 0;
let clock: AwakeClock;
beforeEach(() => {
  vi.useFakeTimers();
  clock = new AwakeClock(() => systemMs);
});
afterEach(() => {
  clock.dispose();
  vi.useRealTimers();
});

/** The process runs: both its timers and the system's clock advance. */
function runs(ms: number): void {
  for (let passed = 0; passed < ms; passed += 50) {
    systemMs += 50;
    vi.advanceTimersByTime(50);
  }
}

it('goes on while nobody reads it', () => {
  runs(20_000);
  expect(clock.nowMs()).toBe(20_000);
});

it('stands still while the process is stopped', () => {
  runs(1000);
  systemMs += 3_600_000;
  runs(1000);
  expect(clock.nowMs()).toBeGreaterThanOrEqual(2000);
  expect(clock.nowMs()).toBeLessThanOrEqual(2250);
});

it('leaves no timer behind', () => {
  clock.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
