/** A version that updates another serves on probation: if users keep less of its suggestions, the one before it serves again. */

import { join } from 'node:path';
import { toldApart } from '../common/format.ts';
import { messageOf } from '../common/messageOf.ts';
import { isKeptLess, keptPerSuggestion, type UseCounts } from '../liveComparison/guard.ts';
import { takeLock } from '../storage/lock.ts';
import { readState } from './state.ts';
import { AdapterStore } from './store.ts';
import { addVersionUse, endProbation, readUse, type UseFile, useOf } from './useFile.ts';

export interface RolledBack {
  readonly version: string;
  readonly before: string;
  /** A sentence for the user. */
  readonly reason: string;
}

/** Adds to the use counts of a version. If they speak against it, rolls back and returns what serves again. */
export async function heardOfUse(storeDir: string, id: string, more: UseCounts): Promise<RolledBack | null> {
  return await rolledBack(storeDir, await addVersionUse(storeDir, id, more));
}

async function rolledBack(storeDir: string, file: UseFile): Promise<RolledBack | null> {
  if (file.probation === null) return null;
  const { version, before } = file.probation;
  const [old, now] = [useOf(file, before), useOf(file, version)];
  if (!isKeptLess(old, now)) return null;
  const lock = await takeLock(join(storeDir, 'probation.lock'), 'rolling back');
  // Another window does it.
  if (lock.kind === 'busy') return null;
  try {
    // Another window has rolled back.
    if ((await readUse(storeDir)).probation?.version !== version) return null;
    const { active, history } = await readState(storeDir);
    if (active !== version) {
      // The user has chosen another, or a process was killed when it had rolled back: chosen again, it stays. One that has not served yet is
      // about to.
      if (history.includes(version)) await endProbation(storeDir, version);
      return null;
    }
    const back = await switchedBack(new AdapterStore(storeDir), file.probation, [old, now]);
    // Last: a kill between the two would leave the worse version serving, unwatched.
    await endProbation(storeDir, version).catch(() => false);
    return back;
  } finally {
    await lock.release();
  }
}

async function switchedBack(
  store: AdapterStore,
  { version, before }: NonNullable<UseFile['probation']>,
  [old, now]: readonly [UseCounts, UseCounts],
): Promise<RolledBack> {
  const [keptBefore, keptNow] = toldApart(keptPerSuggestion(old) ?? 0, keptPerSuggestion(now) ?? 0, 1);
  const why = `you kept ${keptBefore} characters of each of its suggestions, and ${keptNow} of each of ${version}'s.`;
  const reason = `Rolled back to ${before}: ${why}`;
  try {
    // What has served, by the gate's verdict or by a choice of the user, is sealed: a measurement that it failed since does not keep the worse
    // one. Another version may have its id by now.
    const { sealed } = await store.byId(before);
    await store.activate(before, reason, { force: sealed, action: 'roll back' });
    return { version, before, reason };
  } catch (error) {
    // A failed write, as on a full disk, says nothing against it: the next report of use tries again.
    if (await mayServe(store, before)) throw error;
    const toBase = `Turned off ${version}, and the base completes alone: ${before}, which served before it, cannot be used (${messageOf(error)}), and ${why}`;
    await store.disable(toBase);
    return { version, before, reason: toBase };
  }
}

async function mayServe(store: AdapterStore, id: string): Promise<boolean> {
  try {
    const version = await store.byId(id);
    await store.verify(version);
    return version.sealed;
  } catch {
    return false;
  }
}
