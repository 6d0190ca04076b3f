/** Load on the processors between two calls, by any program. */
import { cpus } from 'node:os';

export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export class CpuLoad {
  readonly #read: () => CpuTimes;
  #last: CpuTimes;

  constructor(read: () => CpuTimes = readTimes) {
    this.#read = read;
    this.#last = read();
  }

  /** Share since the last call, 0 to 1; processes at the lowest priority yield, and do not count. */
  look(): number {
    const now = this.#read();
    const total = now.totalMs - this.#last.totalMs;
    const busy = now.busyMs - this.#last.busyMs;
    this.#last = now;
    return total > 0 ? Math.min(1, Math.max(0, busy / total)) : 0;
  }
}

function readTimes(): CpuTimes {
  let [busyMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    const { user, nice, sys, idle, irq } = times;
    busyMs += user + sys + irq;
    totalMs += user + nice + sys + idle + irq;
  }
  return { busyMs, totalMs };
}
