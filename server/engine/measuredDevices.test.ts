import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { driverPlaces, forgetMeasured, remembered } from './measuredDevices.ts';

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
