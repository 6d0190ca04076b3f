import { expect, it, vi } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { computeDevices } from '../engine/devices.ts';
import { createCompletionEngine } from '../engine/index.ts';
import type { ComputeDevice } from '../engine/types.ts';
import type { Speed } from './cpuSpeed.ts';
import { HardwareMeter, type HardwareParts, type Occupied } from './hardware.ts';

vi.setConfig({ testTimeout: 60_000 });

const card: ComputeDevice = {
  name: 'CUDA0',
  description: 'GeForce',
  freeBytes: 2e9,
  totalBytes: 8e9,
  bytesPerSecond: 250e9,
};
const measured: Speed = { speed: 'measured', bytesPerSecond: 20e9, blockOverheadMs: 0.05, operationsPerSecond: 1e11 };

function meter(parts: Partial<HardwareParts> = {}, speed: Speed = measured) {
  const timings = vi.fn(async () => speed);
  const listings = vi.fn(async () => [card]);
  const createEngine = createCompletionEngine;
  return { timings, listings, meter: new HardwareMeter({ createEngine, speed: timings, devices: listings, ...parts }) };
}

it('measures once, however often it is asked; memory is always that of now', async () => {
  const { meter: hardware, timings, listings } = meter();
  const first = await hardware.measure('auto');
  expect(first).toMatchObject({ ...measured, devices: [card] });
  expect(first.availableMemoryBytes).toBeLessThanOrEqual(first.totalMemoryBytes);
  await hardware.measure('auto');
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([1, 1]);
});

it('looks at the devices again when another one is meant, at the CPU not', async () => {
  const { meter: hardware, timings, listings } = meter();
  for (const device of ['auto', 'cpu', 'cpu'] as const) await hardware.measure(device);
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([1, 2]);
});

it('tries again where nothing could be timed', async () => {
  const { meter: hardware, timings } = meter({}, { ...measured, speed: 'assumed' });
  for (let asked = 0; asked < 2; asked++) await hardware.measure('auto');
  expect(timings).toHaveBeenCalledTimes(2);
});

it.each<[string, Occupied | null, number]>([
  ['counts what the base in use takes of it as free', { device: 'CUDA0', bytes: 5e9 }, 7e9],
  ['never counts more free than there is', { device: 'CUDA0', bytes: 7e9 }, 8e9],
  ['leaves it as it is where the base is elsewhere', { device: 'CPU', bytes: 5e9 }, 2e9],
  ['leaves it as it is where nothing serves', null, 2e9],
])("of a GPU's memory: %s", async (_what, occupied, freeBytes) => {
  const { devices } = await meter({ occupied: () => occupied }).meter.measure('auto');
  expect(devices[0]?.freeBytes).toBe(freeBytes);
});

it('keeps nothing of a measurement that was cancelled', async () => {
  const { meter: hardware, timings } = meter({
    devices: async () => {
      throw new Error('given up');
    },
  });
  await expect(hardware.measure('auto')).rejects.toThrow('given up');
  expect(timings).toHaveBeenCalledTimes(1);
  await expect(meter().meter.measure('auto', AbortSignal.abort())).rejects.toThrow(/abort/i);
});

it('finds no device beside the CPU where only the CPU is meant', async () => {
  expect(await computeDevices('cpu')).toEqual([]);
});

it('lists a device with its memory and speed as its driver tells them', async ({ skip }) => {
  // Software drivers are skipped unless one is named; CI has no other.
  process.env['GGML_VK_VISIBLE_DEVICES'] = '0';
  if (gpuBackendPath('vulkan') === null) skip('the package has no Vulkan plug-in');
  const [found] = await computeDevices('vulkan');
  if (found === undefined) skip('there is no Vulkan driver');
  expect(found?.name).toMatch(/^Vulkan/);
  expect(found?.totalBytes).toBeGreaterThanOrEqual(found?.freeBytes ?? 0);
  expect(found?.freeBytes).toBeGreaterThan(0);
  expect(found?.bytesPerSecond).toBeGreaterThan(1e7);
});
