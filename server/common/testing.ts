/** For tests: measures what stays in memory. */
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
