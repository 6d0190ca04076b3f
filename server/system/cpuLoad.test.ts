import { expect, test } from 'vitest';
import { CpuLoad, type CpuTimes } from './cpuLoad.ts';

test('each look covers the time since the one before', () => {
  let times: CpuTimes = { busyMs: 500, totalMs: 1000 };
  const load = new CpuLoad(() => times);
  times = { busyMs: 600, totalMs: 2000 };
  expect(load.look()).toBeCloseTo(0.1);
  times = { busyMs: 1600, totalMs: 3000 };
  expect(load.look()).toBe(1);
  expect(load.look()).toBe(0);
});

test('the load of this machine is between 0 and 1', () => {
  const share = new CpuLoad().look();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
});
