/** Memory that this process may still take: what is free, or what a container's limit leaves of it. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

export interface MemoryFigures {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Limit of the container; 0, or more than the machine has, where there is none. */
  readonly limitBytes: number;
  readonly belowLimitBytes: number;
  /** File cache that counts towards the limit and yields to whoever needs it. */
  readonly cachedBytes: number;
}

export function availableMemory(figures = memoryFigures()): number {
  const { freeBytes, belowLimitBytes, cachedBytes } = figures;
  return hasLimit(figures) ? Math.min(freeBytes, belowLimitBytes + cachedBytes) : freeBytes;
}

export function totalMemory(figures = memoryFigures()): number {
  return hasLimit(figures) ? figures.limitBytes : figures.totalBytes;
}

function hasLimit({ limitBytes, totalBytes }: MemoryFigures): boolean {
  return limitBytes > 0 && limitBytes < totalBytes;
}

function memoryFigures(): MemoryFigures {
  return {
    totalBytes: totalmem(),
    freeBytes: freemem(),
    limitBytes: process.constrainedMemory(),
    // Not in the first releases of Node 20.
    belowLimitBytes: process.availableMemory?.() ?? freemem(),
    cachedBytes: cachedBytes(),
  };
}

/** Statistics of control groups, version 2 then 1, as a container sees its own. */
const statFiles = ['/sys/fs/cgroup/memory.stat', '/sys/fs/cgroup/memory/memory.stat'];

/** 0 where there is no control group. */
export function cachedBytes(files: readonly string[] = statFiles): number {
  for (const file of files) {
    try {
      const [, bytes] = /^(?:total_)?inactive_file (\d+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
      if (bytes !== undefined) return Number(bytes);
    } catch {
      // No such file: the other version, or no control group at all.
    }
  }
  return 0;
}
