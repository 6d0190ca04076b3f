/**
 * Time as a process group has it: the time left out in which it wanted a core and others had them all. So a hang is told from a machine
 * that is busy, and a loop without an end from a long one, by the same ten seconds on every machine.
 */
import { readdirSync, readFileSync } from 'node:fs';

export class OwnTime {
  readonly #group: number;
  readonly #beganMs = performance.now();
  /** Nanoseconds that each thread has waited for a core so far. */
  readonly #waited = new Map<string, number>();
  #withoutCoreMs = 0;
  #ownMs = 0;

  constructor(group: number) {
    this.#group = group;
  }

  /** Milliseconds since the start. To be asked several times a second: threads that come and go in between are not seen. */
  now(): number {
    // This process hears what the group says, and it too may have to wait before it does.
    const groups = [...processesOf(this.#group).map(({ id }) => id), String(process.pid)];
    const longest = Math.max(0, ...groups.flatMap(threadsOf).map((thread) => this.#waitedSince(thread)));
    this.#withoutCoreMs += longest / 1e6;
    // The system counts a wait when it is over: until then it looks like the group's own.
    this.#ownMs = Math.max(this.#ownMs, performance.now() - this.#beganMs - this.#withoutCoreMs);
    return this.#ownMs;
  }

  #waitedSince(thread: string): number {
    const now = waitOf(thread);
    // What this process waited before does not count.
    const before = this.#waited.get(thread) ?? (thread.startsWith(`/proc/${process.pid}/`) ? now : 0);
    this.#waited.set(thread, now);
    return now - before;
  }
}

/** Nanoseconds; 0 where the system does not tell. */
function waitOf(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, 'latin1').split(' ')[1]) || 0;
  } catch {
    return 0;
  }
}

function threadsOf(id: string): string[] {
  try {
    return readdirSync(`/proc/${id}/task`).map((thread) => `/proc/${id}/task/${thread}`);
  } catch {
    // It ended meanwhile.
    return [];
  }
}

export function processesOf(group: number): { readonly id: string; readonly pages: number }[] {
  let ids: string[];
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    try {
      // The name in brackets may have anything in it.
      const fields = readFileSync(`/proc/${id}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(fields[2]) === group ? [{ id, pages: Number(fields[21]) }] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
