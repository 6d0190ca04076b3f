import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { gpuBackends, hasGpu } from './gpuBackends.ts';

const devices = mkdtempSync(join(tmpdir(), 'repotune-devices-'));
afterEach(() => rmSync(devices, { recursive: true, force: true }));

describe('a GPU on Linux is', () => {
  test.each([
    ['none without a device node', [], false],
    ['none where there is a display controller alone', ['dri/card0'], false],
    ["NVIDIA's control node", ['nvidiactl'], true],
    ['a render node', ['dri/card0', 'dri/renderD128'], true],
    ["WSL's paravirtual GPU", ['dxg'], true],
  ])('%s', (_, nodes, present) => {
    for (const node of nodes) {
      mkdirSync(dirname(join(devices, node)), { recursive: true });
      writeFileSync(join(devices, node), '');
    }
    expect(hasGpu('linux', devices)).toBe(present);
  });

  test('not looked for elsewhere', () => expect(hasGpu('win32', devices)).toBe(true));
});

test('plug-ins are loaded for the device that is named, for auto only where there is a GPU, and never for the CPU', () => {
  const known = (['cuda', 'vulkan'] as const).flatMap((name) => gpuBackendPath(name) ?? []);
  expect(gpuBackends('auto', () => true)).toEqual(known);
  expect(gpuBackends('auto', () => false)).toEqual([]);
  expect(gpuBackends('cpu', () => true)).toEqual([]);
  expect(gpuBackends('vulkan', () => false)).toEqual(known.filter((path) => path.includes('vulkan')));
});
