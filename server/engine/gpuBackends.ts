import { existsSync, readdirSync } from 'node:fs';
import { gpuBackendPath } from '../backends/plugIns.ts';
import type { DeviceName } from './types.ts';

const GPU_BACKENDS = ['cuda', 'vulkan', 'metal'] as const;
export type GpuBackend = (typeof GPU_BACKENDS)[number];

/** The backend of a device by ggml's name of it (`CUDA0`; Metal's is `MTL0`) or its own; null for the CPU and `auto`. */
export function backendOf(device: DeviceName): GpuBackend | null {
  const name = device.toLowerCase().replace(/^mtl/, 'metal');
  return GPU_BACKENDS.find((backend) => name.startsWith(backend)) ?? null;
}

/** Plug-ins worth loading: no driver is touched for the CPU. Metal is part of its platform's libraries. */
export function gpuBackends(device: DeviceName, gpuPresent = hasGpu): string[] {
  const wanted =
    device === 'auto'
      ? gpuPresent()
        ? (['cuda', 'vulkan'] as const)
        : []
      : (['cuda', 'vulkan'] as const).filter((backend) => backend === backendOf(device));
  return wanted.map(gpuBackendPath).filter((path) => path !== null);
}

/**
 * Whether the kernel knows a GPU. Without one Vulkan finds software drivers only, which `auto` passes over: loading them costs
 * 45 MB (LLVM) and a second for nothing.
 */
export function hasGpu(platform: NodeJS.Platform = process.platform, devices = '/dev'): boolean {
  if (platform !== 'linux') return true;
  // NVIDIA's own driver, WSL's paravirtual GPU, and the render nodes of everything else.
  const nodes = ['nvidiactl', 'dxg'].some((name) => existsSync(`${devices}/${name}`));
  return nodes || (existsSync(`${devices}/dri`) && readdirSync(`${devices}/dri`).some((name) => /^renderD/.test(name)));
}
