import { freemem } from 'node:os';
import { expect, it } from 'vitest';
import { availableMemory, totalMemory } from './availableMemory.ts';

const gibibyte = 2 ** 30;
const machine = { totalBytes: 64 * gibibyte, freeBytes: 40 * gibibyte };
const limit = (limitGb: number, usedGb: number, cachedGb = 0) => ({
  limitBytes: limitGb * gibibyte,
  usedBytes: usedGb * gibibyte,
  cachedBytes: cachedGb * gibibyte,
});

it.each([
  ['without a limit', { limits: [] }, 40, 64],
  ['with a limit no machine has', { limits: [limit(2 ** 33, 60)] }, 40, 64],
  ['in a container', { limits: [limit(8, 5)] }, 3, 8],
  ['in a container full of file cache', { limits: [limit(8, 8, 5)] }, 5, 8],
  ['in a container over its limit', { limits: [limit(8, 9)] }, 0, 8],
  ['in a container on a machine that is full', { limits: [limit(8, 2)], freeBytes: gibibyte }, 1, 8],
  ['in a limited step of a limited job', { limits: [limit(6, 1), limit(16, 14)] }, 2, 6],
])('available and total memory %s', (_, figures, available, total) => {
  expect(availableMemory({ ...machine, ...figures }) / gibibyte).toBe(available);
  expect(totalMemory({ ...machine, ...figures }) / gibibyte).toBe(total);
});

it.skipIf(process.platform === 'darwin')('available memory of this machine is above 0 and near what is free', () => {
  expect(availableMemory()).toBeGreaterThan(0);
  expect(availableMemory()).toBeLessThan(freemem() * 1.2);
});
