/** For tests on Linux: what processes compute, whatever share of the processor a busy machine leaves them. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MS_PER_TICK = 10;
/** What waking up now and then takes, as a share of one core. */
const AWAKE_SHARE = 1 / 30;

/** All processes of a session. */
export function processesOf(session: number): number[] {
  return entriesOf('/proc').filter((pid) => Number(statOf(`/proc/${pid}`)?.[3]) === session);
}

/** Processor time that they have used; of those that have ended none. */
export function cpuMsOf(pids: readonly number[]): number {
  const ticks = pids.map((pid) => statOf(`/proc/${pid}`)?.slice(11, 13).map(Number) ?? []);
  return MS_PER_TICK * ticks.flat().reduce((sum, one) => sum + one, 0);
}

/** Whether all threads are held by a signal. */
export function isStopped(pid: number): boolean {
  const states = statesOf(pid);
  return states.length > 0 && states.every((state) => state === 'T');
}

/**
 * Whether they rest for a while: they use no more time than waking up takes. One that waits for its turn uses none either, but it is
 * runnable then.
 */
export async function rest(pids: readonly number[], forMs: number): Promise<boolean> {
  const [startedMs, before] = [performance.now(), cpuMsOf(pids)];
  if (isRunnable(pids)) return false;
  await sleep(forMs);
  return !isRunnable(pids) && cpuMsOf(pids) - before <= Math.max(MS_PER_TICK, awakeMs(startedMs));
}

/** Processor time for waking up since then. */
export function awakeMs(sinceMs: number): number {
  return AWAKE_SHARE * (performance.now() - sinceMs);
}

function isRunnable(pids: readonly number[]): boolean {
  return pids.flatMap(statesOf).some((state) => state === 'R' || state === 'D');
}

/** One letter for each thread (proc(5)). */
function statesOf(pid: number): string[] {
  return entriesOf(`/proc/${pid}/task`).flatMap((thread) => statOf(`/proc/${pid}/task/${thread}`)?.[0] ?? []);
}

/** From field 3 on: state, parent, group, session, …, user and system time in ticks at 11 and 12. */
function statOf(folder: string): string[] | null {
  try {
    const stat = readFileSync(`${folder}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It has ended.
    return null;
  }
}

function entriesOf(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
