/** The run of a repository that was interrupted in its training, and can go on: found, described, discarded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sinceText } from '../common/calendar.ts';
import { placeInRepository } from '../git/placeInRepository.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { forgottenRule, readLearning, readOwnRules } from '../mining/learning.ts';
import { namesSince, recentRenames } from '../mining/renames.ts';
import { isRunning, type TuneProgress } from '../protocol/tune.ts';
import { ownership, takeLock } from '../storage/lock.ts';
import { removeAll } from '../storage/patient.ts';
import { runFolders, tuneLockOf } from './leftovers.ts';
import { type Interrupted, readAllInterrupted } from './resumeRecord.ts';
import { asKilled, takeUnseenEnd } from './unseenEnd.ts';
import { versionOfRun } from './versionOfRun.ts';

/** The newest; null if there is none, or a run is under way. */
export async function findInterrupted(storeDir: string): Promise<Interrupted | null> {
  const dirs = await runFolders(storeDir);
  if (dirs.length === 0 || (await ownership(tuneLockOf(storeDir))) === 'held') return null;
  return (await readAllInterrupted(dirs)).toSorted((a, b) => b.savedAtMs - a.savedAtMs)[0] ?? null;
}

/** The process of a run that was killed, or one that clears up after it, may still hold the lock. */
const LOOKS_AFTER_MS = [0, 500, 2000];

async function foundSoon(storeDir: string): Promise<Interrupted | null> {
  for (const ms of LOOKS_AFTER_MS) {
    await sleep(ms, undefined, { ref: false });
    const found = await findInterrupted(storeDir);
    if (found !== null || (await runFolders(storeDir)).length === 0) return found;
  }
  return null;
}

/** As a run that has ended, for those that show runs. `folder`: what the window calls the folder. */
export function asProgress({ record, step, steps, curve }: Interrupted, folder: string): TuneProgress {
  return {
    runId: record.runId,
    folder,
    stage: 'stopped',
    message: `The tune was interrupted at step ${step} of ${steps}, and can continue from there.`,
    step,
    steps,
    curve,
    learningRate: 0,
    tokensPerSecond: 0,
    rssBytes: 0,
    startedAtMs: record.startedAtMs,
    etaSeconds: null,
    resumable: true,
  };
}

/** What a window learns of a store in which no run is under way. */
export interface Ended {
  readonly shown: TuneProgress;
  /** How a run failed that no window followed: `shown`, unless an earlier one can go on. */
  readonly unseen: TuneProgress | null;
}

/**
 * The run that can go on, and how the last one failed if nobody saw it; null if there is neither. `last`: the last run that the window has
 * heard of; `homeOf`: what the window calls a folder.
 */
export async function endedIn(
  storeDir: string,
  last: TuneProgress | null,
  homeOf: (folder: string) => string,
): Promise<Ended | null> {
  const found = await foundSoon(storeDir);
  const kept = await unseenFailure(storeDir, last?.runId, found?.record.runId);
  const unseen = kept && { ...kept, folder: homeOf(kept.folder) };
  const shown = found === null ? unseen : goesOn(found, unseen ?? last, homeOf);
  if (shown === null) return null;
  return { shown, unseen: shown.runId === unseen?.runId ? shown : unseen };
}

function goesOn(found: Interrupted, last: TuneProgress | null, homeOf: (folder: string) => string): TuneProgress {
  if (last?.runId !== found.record.runId || last.stage !== 'failed')
    return asProgress(found, homeOf(found.record.options.folder));
  return { ...last, curve: last.curve.length > 0 ? last.curve : found.curve, resumable: true };
}

/** null if this window has seen it, or the run was only killed and can go on. */
async function unseenFailure(storeDir: string, seen?: string, resumable?: string): Promise<TuneProgress | null> {
  const kept = await takeUnseenEnd(storeDir);
  if (kept === null || kept.runId === seen) return null;
  if (!isRunning(kept)) return kept;
  return kept.runId === resumable ? null : asKilled(kept, await versionOfRun(storeDir, kept.runId));
}

/** For a person who has to decide: how far it got, and when. */
export function describeInterrupted({ step, steps, savedAtMs }: Interrupted, nowMs: number): string {
  return `interrupted at step ${step} of ${steps} (${sinceText(savedAtMs, nowMs)})`;
}

/** Deletes what it left. False if a run is under way by now. */
export async function discardInterrupted(storeDir: string, runId: string): Promise<boolean> {
  return (await discard(storeDir, ({ record }) => record.runId === runId)) !== null;
}

/**
 * Deletes those that learned from a file that is forgotten or named in a list by now, under this name or a later one: they could not go on,
 * and hold its text. @returns their ids
 */
export async function discardForgotten(folder: string): Promise<readonly string[]> {
  const storeDir = await storeLocation(folder);
  const dirs = await runFolders(storeDir);
  if (dirs.length === 0) return [];
  const found = await readAllInterrupted(dirs);
  const paths = found.flatMap(({ record: { paths, gone } }) => [...paths, ...gone]);
  if (paths.length === 0) return [];
  const { root } = await placeInRepository(folder);
  const renames = (await recentRenames(root)) ?? new Map();
  const isOut = await readOwnRules(root, storeDir, paths).catch(async () =>
    forgottenRule((await readLearning(storeDir)).forgotten),
  );
  const isForgotten = (path: string): boolean =>
    [path, ...namesSince(renames, path)].some((name) => isOut(name) !== undefined);
  const out = new Set(paths.filter(isForgotten));
  const learnsOne = ({ record: { paths, gone } }: Interrupted): boolean =>
    [...paths, ...gone].some((path) => out.has(path));
  return out.size === 0 ? [] : ((await discard(storeDir, learnsOne)) ?? []);
}

/** null if a run is under way. */
async function discard(storeDir: string, goes: (one: Interrupted) => boolean): Promise<string[] | null> {
  const lock = await takeLock(tuneLockOf(storeDir), 'discarding an interrupted run');
  if (lock.kind === 'busy') return null;
  const gone: string[] = [];
  try {
    for (const found of await readAllInterrupted(await runFolders(storeDir))) {
      if (!goes(found)) continue;
      await removeAll(found.runDir);
      gone.push(found.record.runId);
    }
    return gone;
  } finally {
    await lock.release();
  }
}
