/** A GPU lost at any point, or full, must fail a run or a completion with the code that moves it to the CPU (check_device_loss.cc). */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';
import { gpuBackendPath } from '../../server/backends/plugIns.ts';
import { NATIVE_ERROR_CODES } from '../../server/engine/errorCodes.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';

/** Where Mesa's software driver is registered. */
const drivers = '/usr/share/vulkan/icd.d';
const driver = existsSync(drivers) ? readdirSync(drivers).find((name) => name.startsWith('lvp_icd')) : undefined;
const plugin = gpuBackendPath('vulkan');

const answer = z.object({
  loadSubmits: z.number(),
  submits: z.number(),
  failure: z.enum(['', ...NATIVE_ERROR_CODES]),
  message: z.string(),
});
const fail = (when: string, ...model: readonly string[]) =>
  runNativeProgram('check_device_loss', [plugin ?? '', when, ...model], answer);

describe.runIf(driver !== undefined && plugin !== null)('a device', { timeout: 400_000 }, () => {
  beforeAll(() => {
    vi.stubEnv('VK_DRIVER_FILES', join(drivers, driver ?? ''));
    vi.stubEnv('GGML_VK_VISIBLE_DEVICES', '0');
    return () => vi.unstubAllEnvs();
  });

  test('lost while it loads weights or computes its first products fails with device-failed', () => {
    const whole = fail('-1');
    expect(whole).toMatchObject({ failure: '', loadSubmits: expect.any(Number) });
    // Two copies to the device, the product and a copy back make at least four.
    expect(whole.submits).toBeGreaterThan(whole.loadSubmits + 12);
    expect(whole.loadSubmits).toBeGreaterThan(0);
    // Only every other one: each is a process.
    const amid = [0, 2, 4, 6, 8].map((further) => whole.loadSubmits + further);
    for (const after of [0, ...amid, whole.submits - 1])
      expect(fail(`${after}`), `after ${after}`).toMatchObject({
        submits: after,
        failure: 'device-failed',
        message: expect.stringMatching(/failed during training: go on with the device cpu\.$/),
      });
  });

  test('without room for the weights is refused before they are copied', () => {
    expect(fail('full')).toMatchObject({
      submits: 0,
      failure: 'device-failed',
      message: expect.stringMatching(/has no room to train this model: it needs [\d.]+ GB/),
    });
  });

  test('lost during a completion fails with device-failed', () => {
    const lost = fail('3', bundledModelPath());
    expect(lost).toMatchObject({
      submits: lost.loadSubmits + 3,
      failure: 'device-failed',
      message: expect.stringMatching(/^The model could not be evaluated on Vulkan0: /),
    });
  });
});
