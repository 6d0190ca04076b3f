import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { driverPlaces, fastestOf, faultOf, forgetMeasured, remembered } from './fastestDevice.ts';
import type { DeviceSpeed } from './types.ts';

const speed = (device: string, tokensPerSecond: number): DeviceSpeed => ({
  device,
  name: device,
  tokensPerSecond,
  reason: tokensPerSecond > 0 ? '' : 'slower than the fastest',
  plan: '',
  faulty: false,
});

test.each([
  ['a card faster than the CPU', { CPU: 100, Vulkan0: 900 }, 'Vulkan0'],
  ['the CPU over a slower card', { CPU: 100, Vulkan0: 40 }, 'cpu'],
  ['the CPU when both are equally fast', { CPU: 100, Vulkan0: 100 }, 'cpu'],
  ['the fastest of several, not the first', { Vulkan0: 300, CUDA0: 900, Vulkan1: 500, CPU: 100 }, 'CUDA0'],
  ['a GPU only slightly faster than the CPU', { CPU: 50, Vulkan0: 60 }, 'Vulkan0'],
  ['a card so fast that the CPU was not timed', { Vulkan0: 900, CPU: 0 }, 'Vulkan0'],
  ['the CPU when no device can serve', { Vulkan0: 0, CPU: 100 }, 'cpu'],
  ['the CPU when nothing could be timed', { Vulkan0: 0, CPU: 0 }, 'cpu'],
  ['the CPU when a plug-in has no device', { '': 0, CPU: 100 }, 'cpu'],
])('auto chooses %s', (_, speeds, expected) => {
  expect(fastestOf(Object.entries(speeds).map(([device, found]) => speed(device, found)))).toBe(expected);
});

it.each([
  ['vulkan', 'Vulkan0', /^Vulkan0 \(A card\) is not used: it computes a loss of 0.0/],
  ['Vulkan1', 'Vulkan1', /^Vulkan1/],
  ['vulkan', 'Vulkan1', /^same$/],
  ['Vulkan0', 'Vulkan1', /^same$/],
  ['vulkan', 'CPU', /^same$/],
])('of %s, where %s computes something else, says %s', (choice, faulty, said) => {
  const speeds = ['Vulkan0', 'Vulkan1', 'CPU', ''].map((device) => ({
    ...speed(device, 0),
    name: 'A card',
    ...(device === faulty ? { faulty: true, reason: 'it computes a loss of 0.0' } : {}),
  }));
  expect(faultOf(choice, speeds)).toMatch(said);
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
  return 'Vulkan0';
};
const ask = (nowMs: number, what = 'completion') =>
  remembered({ what: [what], modelPath, forMs: 1000 }, 'cpu', measure, file, nowMs);

it('the fastest device is measured again only for an old answer, another task or a changed model', async () => {
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

it('the fastest device is measured again when a driver was installed, updated or removed', async () => {
  const drivers = join(folder, 'icd.d');
  const question = { what: ['completion'], modelPath, forMs: 1000 };
  const again = () => remembered(question, 'cpu', measure, file, 5000, [drivers]);
  await again();
  await again();
  expect(measurements).toBe(1);
  await mkdir(drivers);
  await again();
  await again();
  expect(measurements).toBe(2);
  await utimes(drivers, 1, 1);
  await again();
  expect(measurements).toBe(3);
});

test.each([
  ['linux', /vulkan\/icd\.d$/],
  ['linux', /libcuda\.so\.1$/],
  ['win32', /nvcuda\.dll$/],
] as const)('on %s a driver is known by %s', (platform, place) => {
  expect(driverPlaces(platform)).toContainEqual(expect.stringMatching(place));
});

it('the fastest device is measured again after it failed or when the cache file is damaged', async () => {
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

it('the CPU is chosen once, and not remembered, when a driver kills the measuring process', async () => {
  const question = { what: ['completion'], modelPath, forMs: 1000 };
  const died = () => Promise.reject(new Error('The engine process was killed.'));
  expect(await remembered(question, 'cpu', died, file, 5000)).toBe('cpu');
  expect(await ask(5000)).toBe('Vulkan0');
});
