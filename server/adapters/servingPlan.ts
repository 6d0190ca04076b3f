/** What completes in one folder: the active adapter, those named by routes, and the arms of a live comparison. */
import type { AdapterRef } from '../engine/types.ts';
import { placeInRepository } from '../git/placeInRepository.ts';
import { armOf } from '../liveComparison/arms.ts';
import { learnedEdits } from '../protocol/manifest.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { dataFolder } from '../storage/paths.ts';
import { type LiveComparisonFile, readLiveComparison } from './liveComparisonFile.ts';
import { type Route, readRoutes, routeFor } from './routes.ts';
import { readState } from './state.ts';
import { AdapterStore, refOf } from './store.ts';
import { type StoreStamp, storeStamp } from './storeWatch.ts';

export interface ServingPlan {
  /** null for the base alone. */
  readonly active: AdapterRef | null;
  readonly routes: readonly Route[];
  /** Adapters named by routes; null for one that cannot serve with this base. */
  readonly routed: ReadonlyMap<string, AdapterRef | null>;
  /** What those that can serve are called. */
  readonly names: ReadonlyMap<string, string>;
  readonly liveComparison: { readonly file: LiveComparisonFile; readonly rival: AdapterRef | null } | null;
  /** Ids of those that learned next edits. */
  readonly learnedEdits: ReadonlySet<string>;
  readonly storeDir: string;
  /** Path of the folder from the root of its repository, '' for the root itself: routes are relative to that. */
  readonly within: string;
  /** The store's stamp from before it was read: any later write changes it. */
  readonly stamp: StoreStamp;
}

export interface ServedPlace {
  readonly uri: string;
  /** Relative to the folder. */
  readonly path: string;
  readonly languageId: string;
}

export interface Choice {
  readonly adapter: AdapterRef | null;
  /** null outside a comparison, and where a route decides. */
  readonly arm: 'active' | 'rival' | null;
}

/**
 * Every adapter in it is verified. One for another base never serves, nor does one whose file is missing or not the stored one: `onProblem`
 * gets a sentence for the user, and the base completes.
 */
export async function servingPlan(
  folder: string,
  modelPath: string,
  onProblem: (message: string) => void,
): Promise<ServingPlan> {
  const store = await AdapterStore.of(folder);
  const stamp = await storeStamp(store.dir);
  const refs = new Map<string, AdapterRef | null>();
  const editing = new Set<string>();
  const names = new Map<string, string>();
  const usable = async (id: string): Promise<AdapterRef | null> => {
    const adapter = await store.byId(id);
    if (adapter.manifest.base.sha256 !== (await sha256OfModel(modelPath))) return null;
    if (!adapter.sealed) throw new Error(notMadeHere(adapter.id));
    await store.verify(adapter);
    if (learnedEdits(adapter.manifest)) editing.add(id);
    names.set(id, adapter.name);
    return refOf(adapter);
  };
  const usableOrTold = (id: string): Promise<AdapterRef | null> =>
    usable(id).catch((error: Error) => {
      onProblem(error.message);
      return null;
    });
  const { active: activeId } = await readState(store.dir);
  const active = activeId === null ? null : await usableOrTold(activeId);
  const routes = await readRoutes(store.dir);
  for (const { adapter } of routes)
    if (adapter !== null && !refs.has(adapter)) refs.set(adapter, await usableOrTold(adapter));
  // The base must not be counted as an active adapter that cannot serve.
  const serves = activeId === null || active !== null;
  const liveComparison = serves ? await comparisonOf(store, activeId, usable) : null;
  const within = (await placeInRepository(folder)).within.join('/');
  const found = { active, routes, routed: refs, names, liveComparison, learnedEdits: editing };
  return { ...found, storeDir: store.dir, within, stamp };
}

/** The message for an unsealed version. */
export function notMadeHere(id: string): string {
  return `Adapter ${id} was not made or measured on this machine, so it is not used; or it was, and the data folder that shows it, ${dataFolder()}, was moved or deleted since: put that back. To measure the adapter, and use it if it passes, run "Repotune: Use an Adapter…" (on the command line: repotune eval --adapter ${id} --activate).`;
}

export function chooseAdapter(plan: ServingPlan, place: ServedPlace, day: string): Choice {
  const routed = routedAdapter(plan, place);
  if (routed !== undefined) return { adapter: routed, arm: null };
  if (plan.liveComparison === null) return { adapter: plan.active, arm: null };
  const { file, rival } = plan.liveComparison;
  const arm = armOf(file.startedAt, file.share, place.uri, day);
  return { adapter: arm === 'rival' ? rival : plan.active, arm };
}

/** The adapter that a route names for the place, or null for the base alone; undefined without a route. */
export function routedAdapter(
  plan: ServingPlan,
  { path, languageId }: Pick<ServedPlace, 'path' | 'languageId'>,
): AdapterRef | null | undefined {
  const fromRoot = plan.within === '' || path === '' ? path : `${plan.within}/${path}`;
  const route = routeFor(plan.routes, fromRoot, languageId);
  if (route === null) return undefined;
  return route.adapter === null ? null : (plan.routed.get(route.adapter) ?? null);
}

/** null for a comparison with something that cannot serve, or no longer does. */
async function comparisonOf(
  store: AdapterStore,
  activeId: string | null,
  usable: (id: string) => Promise<AdapterRef | null>,
): Promise<ServingPlan['liveComparison']> {
  const file = await readLiveComparison(store.dir);
  if (file === null || file.active !== activeId) return null;
  if (file.rival === null) return { file, rival: null };
  const rival = await usable(file.rival).catch(() => null);
  return rival === null ? null : { file, rival };
}
