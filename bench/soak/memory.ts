/** Memory of a process and its children, as the system counts it. */
import { readFile } from 'node:fs/promises';
import { childrenOf } from '../../server/lsp/testing.ts';

/** Resident bytes of `pid` and everything below it. Linux only. */
export async function residentBytes(pid: number): Promise<number> {
  const children = await childrenOf(pid);
  const own = await ofProcess(pid);
  const below = await Promise.all(children.map((child) => residentBytes(child)));
  return below.reduce((sum, bytes) => sum + bytes, own);
}

async function ofProcess(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Growth from the first third of samples after the warm-up to the last third, by their medians, percent. */
export function growthPercent(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const first = median(samples.slice(0, third));
  return (100 * (median(samples.slice(-third)) - first)) / first;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
