import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { holds } from '../server/common/bars.ts';
import { checkGpu, gpuBars } from './gpuCheck.ts';

/** A Vulkan driver of any kind, Mesa's CPU one included, registers here. */
const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].some(
  (folder) => existsSync(folder) && readdirSync(folder).length > 0,
);

test("a step's gradients and thirty steps' losses on ggml's CPU backend are those of the CPU trainer", {
  timeout: 300_000,
}, () => {
  const check = checkGpu({ cpu: true, tokens: 32 });
  expect(check.tensors).toBeGreaterThan(400);
  expect(check.lossFallPercent).toBeGreaterThan(20);
  expect(check.gradientRelativeError).toBeLessThan(1e-4);
  expect(check.realShapeRelativeError).toBeLessThan(1e-4);
  expect(gpuBars(check).filter((bar) => !holds(bar))).toEqual([]);
});

test.runIf(drivers)('every adapter gradient on a device agrees with the CPU', { timeout: 600_000 }, () => {
  const check = checkGpu({ brief: true, tokens: 32 });
  expect(check.tensors).toBeGreaterThan(200);
  expect(gpuBars(check).filter((bar) => !holds(bar))).toEqual([]);
});
