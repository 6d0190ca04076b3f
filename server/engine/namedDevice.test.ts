import { expect, it } from 'vitest';
import { faultOf } from './namedDevice.ts';

it.each([
  ['vulkan', 'Vulkan0', /^Vulkan0 \(A card\) is not used: it computes a loss of 0.0/],
  ['Vulkan1', 'Vulkan1', /^Vulkan1/],
  ['vulkan', 'Vulkan1', /^same$/],
  ['Vulkan0', 'Vulkan1', /^same$/],
  ['vulkan', 'CPU', /^same$/],
])('of %s, where %s computes something else, says %s', (choice, faulty, said) => {
  const speeds = ['Vulkan0', 'Vulkan1', 'CPU', ''].map((device) => ({
    device,
    name: 'A card',
    tokensPerSecond: 0,
    reason: device === faulty ? 'it computes a loss of 0.0' : 'slower than the fastest',
    plan: '',
    faulty: device === faulty,
  }));
  expect(faultOf(choice, speeds)).toMatch(said);
});
