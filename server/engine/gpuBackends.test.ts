import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { backendOf, gpuBackends, hasGpu } from './gpuBackends.ts';

const devices = mkdtempSync(join(tmpdir(), 'repotune-devices-'));
afterEach(() => rmSync(devices, { recursive: true, force: true }));

describe('hasGpu', () => {
  test.each([
    ['is false without a device node', [], false],
    ['is false with only a display controller', ['dri/card0'], false],
    ["is true with NVIDIA's control node", ['nvidiactl'], true],
    ['is true with a render node', ['dri/card0', 'dri/renderD128'], true],
    ["is true with WSL's paravirtual GPU", ['dxg'], true],
  ])('%s on Linux', (_, nodes, present) => {
    for (const node of nodes) {
      mkdirSync(dirname(join(devices, node)), { recursive: true });
      writeFileSync(join(devices, node), '');
    }
    expect(hasGpu('linux', devices)).toBe(present);
  });

  test('is always true on Windows', () => expect(hasGpu('win32', devices)).toBe(true));
});

test('plug-ins are loaded for a named device, for auto only with a GPU, and never for the CPU', () => {
  const known = (['cuda', 'vulkan'] as const).flatMap((name) => gpuBackendPath(name) ?? []);
  expect(gpuBackends('auto', () => true)).toEqual(known);
  expect(gpuBackends('auto', () => false)).toEqual([]);
  expect(gpuBackends('cpu', () => true)).toEqual([]);
  expect(gpuBackends('vulkan', () => false)).toEqual(known.filter((path) => path.includes('vulkan')));
});

test.each([
  ['CUDA0', 'cuda'],
  ['Vulkan1', 'vulkan'],
  ['MTL0', 'metal'],
  ['metal', 'metal'],
  ['CPU', null],
  ['auto', null],
])('the device %s is of the backend %s', (device, backend) => expect(backendOf(device)).toBe(backend));
