/** Keep-up versions that have been kept up in turn: made by this machine, perhaps one a day, so it removes them. */
import { readLiveComparison } from '../adapters/liveComparisonFile.ts';
import { readRoutes } from '../adapters/routes.ts';
import { originOf } from '../adapters/standing.ts';
import { readState } from '../adapters/state.ts';
import type { AdapterStore } from '../adapters/store.ts';
import { readUse } from '../adapters/useFile.ts';
import { clearShared, markOutdated } from '../sharing/leftovers.ts';

/** The newest ones are kept, to compare with and to go back to. */
const KEPT = 5;

/**
 * Deletes all but the newest keep-up versions. Kept are any that serve, served before, are being compared, are named by a route, or were
 * given a name by a person, and everything that a person tuned or got from elsewhere. Never rejects: a run is over by then, and what cannot
 * be deleted now is left to the next one.
 */
export async function clearSuperseded(store: AdapterStore): Promise<string[]> {
  const cleared: string[] = [];
  const superseded = await supersededIn(store).catch(() => []);
  if (superseded.length === 0) return cleared;
  // A person may have published one of them.
  await markOutdated(store.dir).catch(() => {});
  for (const id of superseded)
    await store.remove(id).then(
      () => cleared.push(id),
      () => {},
    );
  await clearShared(store.dir).catch(() => {});
  return cleared;
}

async function supersededIn(store: AdapterStore): Promise<string[]> {
  const [{ adapters }, state, { probation }, comparison, routes] = await Promise.all([
    store.list(),
    readState(store.dir),
    readUse(store.dir),
    readLiveComparison(store.dir),
    readRoutes(store.dir),
  ]);
  const wanted = new Set<string | null>([
    state.active,
    state.history.at(-1) ?? null,
    probation?.before ?? null,
    comparison?.active ?? null,
    comparison?.rival ?? null,
    ...routes.map(({ adapter }) => adapter),
    ...Object.keys(state.names),
  ]);
  const kept: string[] = [];
  for (const { id, dir, manifest } of adapters)
    if (manifest.training.keptUp === true && (await originOf(dir)) === null) kept.push(id);
  return kept.slice(KEPT).filter((id) => !wanted.has(id));
}
