/** How many cores can compute at the same time. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Physical cores among the processors that this process may use: two threads of a core share its arithmetic. Only known on Linux; elsewhere
 * every processor counts. A container limited to a share of many processors' time has whole cores.
 */
export function computingCores(
  processors = availableParallelism(),
  shared = sharesCores(),
  allowed = allowedProcessors(),
): number {
  return shared ? Math.max(1, Math.min(processors, Math.floor(Math.max(processors, allowed) / 2))) : processors;
}

/**
 * How many processors this process may run on, whatever share of their time it gets: Node's count is capped by a control group's quota. 0
 * if unknown.
 */
export function allowedProcessors(file = '/proc/self/status'): number {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    return list
      .split(',')
      .filter((range) => range !== '')
      .map((range) => range.split('-').map(Number) as [number, number?])
      .reduce((sum, [from, to = from]) => sum + to - from + 1, 0);
  } catch {
    return 0;
  }
}

/** Whether the cores run two threads each: `1` in this file of the kernel's (its Documentation/ABI/testing/sysfs-devices-system-cpu). */
export function sharesCores(file = '/sys/devices/system/cpu/smt/active'): boolean {
  try {
    return readFileSync(file, 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
