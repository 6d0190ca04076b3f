/** For tests: measures what stays in memory, and what is computed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Heap growth in bytes caused by retaining the result of `keep`. */
export function heapGrowth(keep: () => object): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = new Set([keep()]);
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  kept.clear();
  return grown;
}

/**
 * Processor time of this thread, in milliseconds, until `work` is done: another process's load adds nothing to it, nor does what other
 * threads collect and compile.
 */
export async function threadMs(work: () => unknown): Promise<number> {
  const started = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(started);
  return (user + system) / 1000;
}
