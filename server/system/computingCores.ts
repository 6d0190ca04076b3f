/** How many cores can compute at the same time. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Physical cores among the processors that this process may use: two threads of a core share its arithmetic. A container limited to a share
 * of many processors' time has whole cores. On a Mac, those for performance: threads that wait for each other would wait for the others.
 * llama.cpp counts like this too, and where nothing is known takes half of more than four processors.
 */
export function computingCores(
  processors = availableParallelism(),
  shared = sharesCores(),
  allowed = allowedProcessors(),
  fast = performanceCores(),
): number {
  const inPairs = shared ?? processors > MOST_UNPAIRED;
  const cores = inPairs ? Math.floor(Math.max(processors, allowed) / 2) : fast > 0 ? fast : processors;
  return Math.max(1, Math.min(processors, cores));
}

/** Of more processors than these, most are threads of a core or cores for efficiency. */
const MOST_UNPAIRED = 4;

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

/**
 * Whether the cores run two threads each: `1` in this file of the kernel's (its Documentation/ABI/testing/sysfs-devices-system-cpu). null on
 * Windows, which Node cannot ask.
 */
export function sharesCores(
  file = '/sys/devices/system/cpu/smt/active',
  platform: NodeJS.Platform = process.platform,
): boolean | null {
  if (platform === 'win32') return null;
  try {
    return readFileSync(file, 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

let fastCores: number | undefined;

/** Cores of a Mac that are not for efficiency; 0 elsewhere, or if the system does not tell. */
function performanceCores(): number {
  if (process.platform !== 'darwin') return 0;
  fastCores ??= Number(sysctl('hw.perflevel0.physicalcpu')) || 0;
  return fastCores;
}

function sysctl(name: string): string {
  try {
    return execFileSync('/usr/sbin/sysctl', ['-n', name], {
      encoding: 'utf8',
      timeout: 2000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
