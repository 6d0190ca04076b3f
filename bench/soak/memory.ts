/** Memory of a process and its children, counted as anonymous pages: those of programs and libraries come and go with the page cache. */
import { readFile } from 'node:fs/promises';
import { childrenOf } from '../../server/lsp/testing.ts';

/** Resident anonymous bytes of `pid` and everything below it. Linux only. */
export async function residentBytes(pid: number): Promise<number> {
  const children = await childrenOf(pid);
  const own = await ofProcess(pid);
  const below = await Promise.all(children.map((child) => residentBytes(child)));
  return below.reduce((sum, bytes) => sum + bytes, own);
}

async function ofProcess(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * Growth in percent from the first third of samples after the warm-up to the last third, of the lowest decile in each. The samples are
 * taken after a garbage collection, which a busy machine may delay beyond its sample. NaN with fewer than three
 * samples, or samples without a process: one that has ended holds no memory, and would seem to have shrunk.
 */
export function growthPercent(samples: readonly number[]): number {
  if (samples.length < 3 || samples.some((bytes) => !(bytes > 0))) return Number.NaN;
  const third = Math.floor(samples.length / 3);
  const first = floor(samples.slice(0, third));
  return (100 * (floor(samples.slice(-third)) - first)) / first;
}

/** Largest sample over the lowest decile, in percent: the most garbage there ever was. */
export function swingPercent(samples: readonly number[]): number {
  const low = floor(samples);
  return (100 * (Math.max(...samples) - low)) / low;
}

function floor(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)]!;
}
