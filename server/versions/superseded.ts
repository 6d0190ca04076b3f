/** Versions that kept another up and were kept up themselves since: made by the machine, one a day perhaps, so the machine clears them. */
import { readLiveComparison } from '../adapters/liveComparisonFile.ts';
import { readRoutes } from '../adapters/routes.ts';
import { readState } from '../adapters/state.ts';
import type { AdapterStore } from '../adapters/store.ts';
import { readUse } from '../adapters/useFile.ts';

/** The newest of them stay, to compare with and to go back to. */
const KEPT = 5;

/**
 * Deletes all but the newest versions that were made to keep up. What serves, served before it, is compared, completes somewhere by a
 * route, or was given a name by a person stays, and so does everything that a person tuned.
 */
export async function clearSuperseded(store: AdapterStore): Promise<string[]> {
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
  const kept = adapters.filter(({ manifest }) => manifest.training.keptUp === true);
  const doomed = kept.slice(KEPT).filter(({ id }) => !wanted.has(id));
  for (const { id } of doomed) await store.remove(id);
  return doomed.map(({ id }) => id);
}
