/** Whether a keep-up run may start, and if not, why: for the log and the panel. Pure. */
import { counted, limit } from '../common/format.ts';
import { messageOf } from '../common/messageOf.ts';
import type { Warmth } from '../system/warmth.ts';

/** Since the last key in any window. */
export const IDLE_MS = 120_000;
/** Share of the processors' time used by others, above which the machine counts as busy. */
const MOST_LOAD = 0.35;
/** Commits since the adapter, or the last attempt, that are worth a run. */
export const ENOUGH_COMMITS = 10;
/**
 * Likewise for recorded edits: as many as ten commits make at four places each. Of the newest 200 commits of luigi, hono and chi, half
 * change at most three places, and three quarters at most eight.
 */
export const ENOUGH_EDITS = 40;
const SOONEST_AGAIN_MS = 30 * 60_000;
const FIRST_PAUSE_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** The last attempt in a repository. */
export interface LastAttempt {
  readonly atMs: number;
  /** HEAD at the time. */
  readonly commit: string;
  /** The version it continued from; '' if an earlier release recorded it. */
  readonly version: string;
  /** Consecutive failed attempts; 0 after one that finished, whatever the verdict. */
  readonly failures: number;
  /** An attempt has learned the edits recorded until then; 0 without one. */
  readonly editsUntilMs: number;
}

/** Cheap facts about the machine. */
export interface MachineFacts {
  readonly nowMs: number;
  /** In any window. */
  readonly lastKeyMs: number;
  readonly onBattery: boolean;
  readonly warm: Warmth | null;
  /** Share of the processors used by others. */
  readonly load: number;
  readonly freeBytes: number;
  /** Free memory that a run needs; null if unknown. */
  readonly neededBytes: number | null;
}

/** `kind` stays the same while only its figures change: it is logged once. */
export interface Objection {
  readonly kind: string;
  /** Completes `Keep tuned:`. */
  readonly text: string;
}

export const TYPING: Objection = { kind: 'typing', text: 'waits until nobody has typed for two minutes' };
/** In a window without folders. */
export const NO_FOLDER: Objection = { kind: 'no-folder', text: 'needs a folder: open the one of your repository' };
/** A run that was asked for, or the preparation of the base. */
export const BUSY: Objection = { kind: 'busy', text: 'waits until the tune or preparation under way has ended' };

/** Whether `thenMs` is at most `ms` ago. A time in the future came from a clock that was ahead, and may be long past. */
export function isWithin(ms: number, thenMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - thenMs) < ms;
}

export function tooWarm({ zone, celsius }: Warmth): Objection {
  return { kind: 'warm', text: `waits until the machine is cooler (${zone} is at ${celsius} °C)` };
}

/** A message is a sentence already, and the panel and the log end this one. */
export function failed(error: unknown): Objection {
  return { kind: 'error', text: `failed: ${messageOf(error).replace(/\.$/, '')}` };
}

/** null: nothing speaks against it. */
export function machineObjection(facts: MachineFacts): Objection | null {
  const { nowMs, lastKeyMs, onBattery, warm, load, freeBytes, neededBytes } = facts;
  if (isWithin(IDLE_MS, lastKeyMs, nowMs)) return TYPING;
  if (onBattery) return { kind: 'battery', text: 'waits for mains power' };
  if (warm !== null) return tooWarm(warm);
  if (load > MOST_LOAD) return { kind: 'load', text: 'waits until other programs use less of the processor' };
  if (neededBytes !== null && freeBytes < neededBytes)
    return { kind: 'memory', text: 'waits until there is more free memory' };
  return null;
}

export interface RepositoryFacts {
  readonly nowMs: number;
  readonly paused: boolean;
  /** Whether an adapter is active. */
  readonly hasActive: boolean;
  /** Whether a live comparison of it is running. */
  readonly compared: boolean;
  /** Why a run cannot continue from it, and what to do; null if it can. */
  readonly unfit: string | null;
  /** Since the active adapter was tuned, or the last attempt; null if git cannot tell. */
  readonly commits: number | null;
  /** Recorded since then, counting only those a run would learn (`editNews.ts`). */
  readonly edits: number;
  readonly last: LastAttempt | null;
}

/** What no waiting changes, but the user: told first, however busy the machine is. */
export function standingObjection({
  paused,
  hasActive,
}: Pick<RepositoryFacts, 'paused' | 'hasActive'>): Objection | null {
  if (paused) return { kind: 'paused', text: 'learns nothing while learning is paused in this repository' };
  if (!hasActive) return { kind: 'no-adapter', text: 'needs an active adapter: tune on this repository first' };
  return null;
}

export function repositoryObjection(facts: RepositoryFacts): Objection | null {
  const { nowMs, compared, unfit, commits, edits, last } = facts;
  const standing = standingObjection(facts);
  if (standing !== null) return standing;
  if (compared) return { kind: 'compared', text: 'waits until the live comparison of the active adapter is ended' };
  if (unfit !== null) return { kind: 'unfit', text: `cannot continue from the active adapter: ${unfit}` };
  const isEnough = (commits ?? 0) >= ENOUGH_COMMITS || edits >= ENOUGH_EDITS;
  if (!isEnough && commits === null)
    return { kind: 'no-commits', text: 'cannot tell what was committed since the last time' };
  if (!isEnough) {
    const recorded = edits === 0 ? '' : `, or ${edits} of ${ENOUGH_EDITS} recorded edits`;
    const news = `so far ${commits} of ${counted(ENOUGH_COMMITS, 'commit')}${recorded}`;
    return { kind: 'news', text: `waits until there is more to learn (${news})` };
  }
  if (last !== null && isWithin(pauseAfter(last), last.atMs, nowMs)) {
    const waitMs = last.atMs + pauseAfter(last) - nowMs;
    const why = last.failures > 0 ? ', since the last attempt failed' : '';
    return { kind: 'pause', text: `waits ${limit(Math.ceil(waitMs / 60_000))} before the next attempt${why}` };
  }
  return null;
}

/** e.g. `12 commits and 3 recorded edits since the last time` */
export function newsOf(commits: number | null, edits: number): string {
  const parts = [
    ...(commits === null ? [] : [counted(commits, 'commit')]),
    ...(edits === 0 ? [] : [counted(edits, 'recorded edit')]),
  ];
  return `${parts.join(' and ')} since the last time`;
}

/** Doubles after each failure: what cannot work here is not tried all day. */
export function pauseAfter({ failures }: Pick<LastAttempt, 'failures'>): number {
  if (failures === 0) return SOONEST_AGAIN_MS;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 16));
}
