/**
 * Time from a process group's point of view: excludes the time in which it wanted a core and others had them all. So the same ten seconds
 * distinguish a hang from a busy machine, and an endless loop from a long one, on every machine.
 */
import { readdirSync, readFileSync } from 'node:fs';

interface Thread {
  /** Nanoseconds spent on a core, and waiting for one, so far. */
  readonly ran: number;
  readonly waited: number;
  /** Whether it has a core or wants one. */
  readonly wants: boolean;
}

const PAGE_BYTES = 4096;

export class OwnTime {
  readonly #group: number;
  #residentBytes = 0;
  #before: ReadonlyMap<string, Thread> = new Map();
  #lookedMs = performance.now();
  #ownMs = 0;

  constructor(group: number) {
    this.#group = group;
    this.#before = this.#threads();
  }

  /** Milliseconds since the start. Call it several times a second: threads that come and go in between are missed. */
  now(): number {
    const nowMs = performance.now();
    const passed = nowMs - this.#lookedMs;
    const threads = this.#threads();
    const longest = (key: 'ran' | 'waited'): number =>
      Math.max(0, ...[...threads].map(([id, thread]) => (thread[key] - (this.#before.get(id)?.[key] ?? 0)) / 1e6));
    // A thread that wants a core gets credit for what it ran; a sleeping one for all the time except its wait before sleeping.
    const wants = [...threads.values()].some((thread) => thread.wants);
    this.#ownMs += wants ? Math.min(passed, longest('ran')) : passed - Math.min(passed, longest('waited'));
    this.#before = threads;
    this.#lookedMs = nowMs;
    return this.#ownMs;
  }

  /** The group's resident memory when its time was last asked for; 0 if the system does not tell. */
  get residentBytes(): number {
    return this.#residentBytes;
  }

  #threads(): ReadonlyMap<string, Thread> {
    const processes = processesOf(this.#group);
    this.#residentBytes = processes.reduce((sum, { pages }) => sum + pages * PAGE_BYTES, 0);
    const threads = processes.flatMap(({ id }) => threadsOf(id));
    // This process reads the group's output, and may itself have to wait for a core before that.
    const own = threadsOf(String(process.pid)).map(
      ([id, thread]) => [id, { ...thread, ran: 0, wants: false }] as const,
    );
    return new Map([...threads, ...own]);
  }
}

/** Empty if the system does not tell: then all of its time is its own. */
function threadsOf(id: string): (readonly [id: string, thread: Thread])[] {
  let names: string[];
  try {
    names = readdirSync(`/proc/${id}/task`);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = `/proc/${id}/task/${name}`;
    try {
      const [ran = 0, waited = 0] = readFileSync(`${path}/schedstat`, 'latin1').split(' ').map(Number);
      return [[path, { ran, waited, wants: fieldsOf(`${path}/stat`)[0] === 'R' }] as const];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
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
      const fields = fieldsOf(`/proc/${id}/stat`);
      return Number(fields[2]) === group ? [{ id, pages: Number(fields[21]) }] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** The fields after the name, which is in parentheses and may contain anything: the state comes first. */
function fieldsOf(path: string): string[] {
  return readFileSync(path, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
}
