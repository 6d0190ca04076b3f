import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { holds } from '../server/common/bars.ts';
import { checkGpu, gpuBars } from './gpu.ts';

/** A Vulkan driver of any kind, Mesa's CPU one included, registers here. */
const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].some(
  (folder) => existsSync(folder) && readdirSync(folder).length > 0,
);

test.runIf(drivers)(
  'every adapter gradient with the products on a device agrees with the CPU',
  { timeout: 300_000 },
  () => {
    const check = checkGpu();
    expect(check.tensors).toBeGreaterThan(200);
    expect(gpuBars(check).filter((bar) => !holds(bar))).toEqual([]);
  },
);
