import { expect, it, vi } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { computeDevices } from '../engine/devices.ts';
import { createCompletionEngine } from '../engine/index.ts';
import type { ComputeDevice } from '../engine/types.ts';
import type { Speed } from './cpuSpeed.ts';
import { HardwareMeter, type HardwareParts, type Occupied } from './hardware.ts';

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

it('measures speed and devices once, however often it is asked', async () => {
  const { meter: hardware, timings, listings } = meter();
  const first = await hardware.measure('auto');
  expect(first).toMatchObject({ ...measured, devices: [card] });
  expect(first.availableMemoryBytes).toBeLessThanOrEqual(first.totalMemoryBytes);
  await hardware.measure('auto');
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([1, 1]);
});

it('lists the devices again when another device is chosen, without timing the CPU again', async () => {
  const { meter: hardware, timings, listings } = meter();
  for (const device of ['auto', 'cpu', 'cpu'] as const) await hardware.measure(device);
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([1, 2]);
});

it('measures again after a speed that was only assumed', async () => {
  const { meter: hardware, timings } = meter({}, { ...measured, speed: 'assumed' });
  for (let asked = 0; asked < 2; asked++) await hardware.measure('auto');
  expect(timings).toHaveBeenCalledTimes(2);
});

it.each<[string, Occupied | null, number]>([
  ['includes what the base in use takes', { device: 'CUDA0', bytes: 5e9 }, 7e9],
  ['never exceeds the total', { device: 'CUDA0', bytes: 7e9 }, 8e9],
  ['is unchanged where the base is on another device', { device: 'CPU', bytes: 5e9 }, 2e9],
  ['is unchanged where nothing is loaded', null, 2e9],
])('free GPU memory %s', async (_what, occupied, freeBytes) => {
  const { devices } = await meter({ occupied: () => occupied }).meter.measure('auto');
  expect(devices[0]?.freeBytes).toBe(freeBytes);
});

it('rejects when listing the devices fails or the measurement is cancelled', async () => {
  const { meter: hardware, timings } = meter({
    devices: async () => {
      throw new Error('given up');
    },
  });
  await expect(hardware.measure('auto')).rejects.toThrow('given up');
  expect(timings).toHaveBeenCalledTimes(1);
  await expect(meter().meter.measure('auto', AbortSignal.abort())).rejects.toThrow(/abort/i);
});

it('does not keep a measurement that was cancelled, and measures again only what is missing', async () => {
  const inTiming = new AbortController();
  const inListing = new AbortController();
  const { meter: hardware, timings, listings } = meter();
  timings.mockImplementationOnce(async () => {
    inTiming.abort();
    throw inTiming.signal.reason;
  });
  listings.mockImplementationOnce(async () => {
    inListing.abort();
    throw inListing.signal.reason;
  });
  await expect(hardware.measure('auto', inTiming.signal)).rejects.toThrow(/abort/i);
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([1, 0]);
  await expect(hardware.measure('auto', inListing.signal)).rejects.toThrow(/abort/i);
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([2, 1]);
  expect(await hardware.measure('auto')).toMatchObject({ ...measured, devices: [card] });
  expect([timings.mock.calls.length, listings.mock.calls.length]).toEqual([2, 2]);
});

it('lists no devices where only the CPU is chosen', async () => {
  expect(await computeDevices('cpu')).toEqual([]);
});

it('lists a Vulkan device with its memory and speed', async ({ skip }) => {
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
