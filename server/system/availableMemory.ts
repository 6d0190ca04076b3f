/** Memory that this process may still allocate: what is free, or what a limit leaves. */
import { freemem, totalmem } from 'node:os';
import { freeOnMac } from './macMemory.ts';
import { type MemoryLimit, memoryLimits } from './memoryLimits.ts';

export interface MemoryFigures {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Without a real limit, a group may report more than any machine has. */
  readonly limits: readonly MemoryLimit[];
}

export function availableMemory({ freeBytes, ...figures } = memoryFigures()): number {
  return Math.min(freeBytes, ...limitsOf(figures).map(leftOf));
}

export function totalMemory({ totalBytes, ...figures } = memoryFigures()): number {
  return Math.min(totalBytes, ...limitsOf({ totalBytes, ...figures }).map(({ limitBytes }) => limitBytes));
}

function limitsOf({ limits, totalBytes }: Omit<MemoryFigures, 'freeBytes'>): MemoryLimit[] {
  return limits.filter(({ limitBytes }) => limitBytes > 0 && limitBytes < totalBytes);
}

/** Momentarily, a group may exceed its limit. */
function leftOf({ limitBytes, usedBytes, cachedBytes }: MemoryLimit): number {
  return Math.max(0, limitBytes - Math.max(0, usedBytes - cachedBytes));
}

function memoryFigures(): MemoryFigures {
  return {
    totalBytes: totalmem(),
    freeBytes: (process.platform === 'darwin' ? freeOnMac() : null) ?? freemem(),
    limits: process.platform === 'linux' ? memoryLimits() : [],
  };
}
