import { expect, test } from 'vitest';
import { fastestOf } from './fastestDevice.ts';
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
