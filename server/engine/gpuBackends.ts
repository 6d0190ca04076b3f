import { gpuBackendPath } from '../paths.ts';
import type { DeviceChoice } from './types.ts';

/** Plug-ins worth loading: a driver is never touched for the CPU's sake. Metal is part of its platform's libraries. */
export function gpuBackends(device: DeviceChoice): string[] {
  const wanted =
    device === 'auto' ? (['cuda', 'vulkan'] as const) : device === 'cuda' || device === 'vulkan' ? [device] : [];
  return wanted.map(gpuBackendPath).filter((path) => path !== null);
}
