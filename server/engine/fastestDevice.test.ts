import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { fastestOf, forgetMeasured, remembered } from './fastestDevice.ts';
import type { DeviceSpeed } from './types.ts';

const speed = (device: string, tokensPerSecond: number): DeviceSpeed => ({
  device,
  name: device,
  tokensPerSecond,
  reason: tokensPerSecond > 0 ? '' : 'slower than the fastest',
  plan: '',
});

test.each([
  ['a card that is faster than the CPU', { CPU: 100, Vulkan0: 900 }, 'Vulkan0'],
  ['the CPU before a card with room that is slower', { CPU: 100, Vulkan0: 40 }, 'cpu'],
  ['the CPU where both are as fast', { CPU: 100, Vulkan0: 100 }, 'cpu'],
  ['the fastest of several, not the first', { Vulkan0: 300, CUDA0: 900, Vulkan1: 500, CPU: 100 }, 'CUDA0'],
  ['a GPU without memory of its own, where that is faster', { CPU: 50, Vulkan0: 60 }, 'Vulkan0'],
  ['a card that was so fast that the CPU was not waited for', { Vulkan0: 900, CPU: 0 }, 'Vulkan0'],
  ['the CPU where no device can serve', { Vulkan0: 0, CPU: 100 }, 'cpu'],
  ['the CPU where nothing could be timed', { Vulkan0: 0, CPU: 0 }, 'cpu'],
  ['no plug-in without a device', { '': 0, CPU: 100 }, 'cpu'],
])('auto means %s', (_, speeds, expected) => {
  expect(fastestOf(Object.entries(speeds).map(([device, found]) => speed(device, found)))).toBe(expected);
});

let folder: string;
let modelPath: string;
let file: string;
let measurements: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-devices-'));
  modelPath = join(folder, 'model.gguf');
  file = join(folder, 'cache', 'devices.json');
  await writeFile(modelPath, 'a model');
  measurements = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const measure = async () => {
  measurements++;
  return [speed('CPU', 1), speed('Vulkan0', 2)];
};
const ask = (nowMs: number, what = 'completion') =>
  remembered({ what: [what], modelPath, forMs: 1000 }, measure, file, nowMs);

it('is measured once, and again when the answer is old, another question is asked or the model has changed', async () => {
  expect(await ask(5000)).toBe('Vulkan0');
  expect(await ask(5999)).toBe('Vulkan0');
  expect(measurements).toBe(1);
  await ask(6000);
  expect(measurements).toBe(2);
  await ask(6000, 'training');
  expect(measurements).toBe(3);
  await ask(6000);
  expect(measurements).toBe(3);
  await writeFile(modelPath, 'another model');
  await ask(6000);
  expect(measurements).toBe(4);
});

it('is measured again after a device that was chosen failed, and where the file of answers is damaged', async () => {
  await ask(5000);
  await forgetMeasured(join(folder, 'other.gguf'), file);
  await ask(5000);
  expect(measurements).toBe(1);
  await forgetMeasured(modelPath, file);
  await ask(5000);
  expect(measurements).toBe(2);
  await writeFile(file, '[{');
  expect(await ask(5000)).toBe('Vulkan0');
  expect(measurements).toBe(3);
});

it('is the CPU, this time, where a driver takes the measuring process with it', async () => {
  const question = { what: ['completion'], modelPath, forMs: 1000 };
  const died = () => Promise.reject(new Error('The engine process was killed.'));
  expect(await remembered(question, died, file, 5000)).toBe('cpu');
  expect(await ask(5000)).toBe('Vulkan0');
});
