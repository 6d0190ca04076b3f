/** Keep-up versions that have been kept up in turn: made by the machine, perhaps one a day, so the machine removes them. */
import { readLiveComparison } from '../adapters/liveComparisonFile.ts';
import { readRoutes } from '../adapters/routes.ts';
import { readState } from '../adapters/state.ts';
import type { AdapterStore } from '../adapters/store.ts';
import { readUse } from '../adapters/useFile.ts';

/** The newest ones are kept, to compare with and to go back to. */
const KEPT = 5;

/**
 * Deletes all but the newest keep-up versions. Kept are any that serve, served before, are being compared, are named by a route, or were
 * given a name by a person, and everything that a person tuned. Never rejects: a run is over by then, and what cannot be deleted now is
 * left to the next one.
 */
export async function clearSuperseded(store: AdapterStore): Promise<string[]> {
  const cleared: string[] = [];
  for (const id of await supersededIn(store).catch(() => []))
    await store.remove(id).then(
      () => cleared.push(id),
      () => {},
    );
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
  const kept = adapters.filter(({ manifest }) => manifest.training.keptUp === true);
  return kept.slice(KEPT).flatMap(({ id }) => (wanted.has(id) ? [] : [id]));
}
