/** Watches a program of the product: how long it is silent in its own time, how much memory it takes, with limits on both. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/storage/paths.ts';
import { OwnTime, processesOf } from './ownTime.ts';

export const SILENT_MS = 10_000;
const MOST_MS = 60_000;
/** Past the bar it is an offender already, so there is no point in waiting longer. */
const GIVE_UP_SILENT_MS = 20_000;
const MOST_BYTES = 3 * 2 ** 30;
const MOST_TEXT = 64 * 2 ** 20;

export interface Watched {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Longest silence, including the wait for its end; see `ownTime.ts`. */
  readonly silentMs: number;
  /** How long it took of its own time. */
  readonly ownMs: number;
  /** Why it was killed; '' if it ended by itself. */
  readonly killed: string;
  /** Whether it was ended because of {@link WatchOptions.enough}. */
  readonly enough: boolean;
}

export interface WatchOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Polled; true ends the program, which then counts as having ended by itself. */
  readonly enough?: (group: number) => boolean;
  /** Limit of its own total time. */
  readonly mostMs?: number;
}

/** The hundreds of processes run the same sources: as in the editor, what Node compiles is cached, which halves their start. */
export const COMPILED = {
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(packageRoot, 'node_modules', '.cache', 'node'),
} as const;

/** Starts Node with `args` in its own process group, which ends with this process at the latest. */
export function start({ args, cwd, env }: WatchOptions): ChildProcess {
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { ...COMPILED, ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const end = (): void => endGroup(child);
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

export async function watch(options: WatchOptions): Promise<Watched> {
  const child = start(options);
  child.stdin!.end();
  const texts = { stdout: '', stderr: '' };
  const { mostMs = MOST_MS } = options;
  const time = new OwnTime(child.pid!);
  let heard = 0;
  let silentMs = 0;
  let killed = '';
  let enough = false;
  const hear = (): void => {
    const now = time.now();
    silentMs = Math.max(silentMs, now - heard);
    heard = now;
  };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      hear();
      if (texts[name].length < MOST_TEXT) texts[name] += text;
    });
  const timer = setInterval(() => {
    const now = time.now();
    if (now > mostMs) killed = `not done after ${mostMs / 1000} s`;
    else if (now - heard > GIVE_UP_SILENT_MS) killed = `silent for ${GIVE_UP_SILENT_MS / 1000} s`;
    else if (time.residentBytes > MOST_BYTES) killed = `took ${(time.residentBytes / 2 ** 30).toFixed(1)} GB`;
    if (killed === '') enough ||= options.enough?.(child.pid!) ?? false;
    if (killed !== '' || enough) endGroup(child);
  }, 250);
  try {
    const [exit] = (await once(child, 'exit')) as [number | null];
    hear();
    return { exit, ...texts, silentMs, ownMs: heard, killed, enough };
  } finally {
    clearInterval(timer);
    endGroup(child);
    child.stdout!.destroy();
    child.stderr!.destroy();
  }
}

/** Kills the process and what it started; does nothing if they are gone. */
export function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Whether a process of the group was started with `script`; false if the system does not tell. */
export function runsInGroup(group: number, script: string): boolean {
  return processesOf(group).some(({ id }) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').includes(script);
    } catch {
      return false;
    }
  });
}
