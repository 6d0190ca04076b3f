/** How many cores compute at once. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Of the processors that this process may use, those with arithmetic of their own: two threads of a core share it. Told on Linux alone;
 * elsewhere each counts.
 */
export function computingCores(processors = availableParallelism(), shared = sharesCores()): number {
  return shared ? Math.max(1, Math.floor(processors / 2)) : processors;
}

/** Whether the cores run two threads each: `1` in this file of the kernel's (its Documentation/ABI/testing/sysfs-devices-system-cpu). */
export function sharesCores(file = '/sys/devices/system/cpu/smt/active'): boolean {
  try {
    return readFileSync(file, 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
