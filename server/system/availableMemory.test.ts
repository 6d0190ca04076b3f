import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { availableMemory, cachedBytes, totalMemory } from './availableMemory.ts';

const gibibyte = 2 ** 30;
const machine = { totalBytes: 64 * gibibyte, freeBytes: 40 * gibibyte, cachedBytes: 0 };

it.each([
  ['without a limit', { limitBytes: 0, belowLimitBytes: 40 * gibibyte }, 40, 64],
  ['with a limit no machine has', { limitBytes: 2 ** 63, belowLimitBytes: 40 * gibibyte }, 40, 64],
  ['in a container', { limitBytes: 8 * gibibyte, belowLimitBytes: 3 * gibibyte }, 3, 8],
  [
    'in a container full of file cache',
    { limitBytes: 8 * gibibyte, belowLimitBytes: 0, cachedBytes: 5 * gibibyte },
    5,
    8,
  ],
  [
    'in a container on a machine that is full',
    { limitBytes: 8 * gibibyte, belowLimitBytes: 6 * gibibyte, freeBytes: gibibyte },
    1,
    8,
  ],
])('%s', (_, figures, available, total) => {
  expect(availableMemory({ ...machine, ...figures }) / gibibyte).toBe(available);
  expect(totalMemory({ ...machine, ...figures }) / gibibyte).toBe(total);
});

it('reads the cache of either kind of control group, and none where there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-memory-'));
  const [second, first] = [join(folder, 'two'), join(folder, 'one')];
  expect(cachedBytes([second, first])).toBe(0);
  writeFileSync(first, 'total_inactive_file 3\n');
  expect(cachedBytes([second, first])).toBe(3);
  writeFileSync(second, 'anon 1\nfile 9\ninactive_file 7\nactive_file 2\n');
  expect(cachedBytes([second, first])).toBe(7);
  rmSync(folder, { recursive: true });
});

it('of this machine is some, and not more than is free', () => {
  expect(availableMemory()).toBeGreaterThan(0);
  expect(availableMemory()).toBeLessThan(freemem() * 1.2);
});
