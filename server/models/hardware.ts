/** What this machine can run. Cheap to ask repeatedly: expensive measurements are made once. */

import { computeDevices } from '../engine/devices.ts';
import { gpuBackends } from '../engine/gpuBackends.ts';
import type { CompletionEngine, ComputeDevice, DeviceChoice } from '../engine/types.ts';
import { availableMemory, totalMemory } from '../system/availableMemory.ts';
import { measureSpeed, type Speed } from './cpuSpeed.ts';
import { withKept } from './keptSpeed.ts';
import type { Hardware } from './recommend.ts';

/** Memory that our own base occupies on a device: it would make room for another. */
export interface Occupied {
  readonly device: string;
  readonly bytes: number;
}

export interface HardwareParts {
  createEngine(): CompletionEngine;
  /** What is serving now; null if nothing is. */
  occupied?(): Occupied | null;
  devices?: typeof computeDevices;
  speed?: typeof measureSpeed;
  /** File with earlier measurements; absent: none are kept. */
  readonly keptSpeed?: string;
}

export class HardwareMeter {
  readonly #parts: HardwareParts;
  #speed: Speed | null = null;
  #devices: { readonly key: string; readonly found: readonly ComputeDevice[] } | null = null;

  constructor(parts: HardwareParts) {
    this.#parts = parts;
  }

  /**
   * Memory is current; speed and devices are cached from the first measurement, until another device is chosen. Rejects only when
   * cancelled.
   */
  async measure(device: DeviceChoice, signal?: AbortSignal): Promise<Hardware> {
    const speed = this.#speed ?? (await this.#measureSpeed(signal));
    // If timing failed, it may succeed the next time.
    if (speed.speed === 'measured') this.#speed = speed;
    const devices = await this.#devicesOf(device, signal);
    signal?.throwIfAborted();
    return { totalMemoryBytes: totalMemory(), availableMemoryBytes: availableMemory(), ...speed, devices };
  }

  async #measureSpeed(signal: AbortSignal | undefined): Promise<Speed> {
    const { keptSpeed, speed = measureSpeed } = this.#parts;
    const measured = await speed(() => this.#parts.createEngine(), signal);
    return keptSpeed === undefined ? measured : await withKept(measured, keptSpeed);
  }

  async #devicesOf(device: DeviceChoice, signal: AbortSignal | undefined): Promise<readonly ComputeDevice[]> {
    // A plug-in downloaded since may find others.
    const key = [device, ...gpuBackends(device)].join('\n');
    if (this.#devices?.key === key) return this.#devices.found;
    const own = this.#parts.occupied?.() ?? null;
    const found = (await (this.#parts.devices ?? computeDevices)(device, signal)).map((one) =>
      one.name === own?.device ? { ...one, freeBytes: Math.min(one.totalBytes, one.freeBytes + own.bytes) } : one,
    );
    this.#devices = { key, found };
    return found;
  }
}
