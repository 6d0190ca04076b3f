/** Which shared versions are in a store. */
import type { AdapterStore } from '../adapters/store.ts';
import type { SharedVersion } from './catalogue.ts';

/** By the adapter too: whoever may push to the remote can publish another under the id of one that is here. */
export async function versionsHere(
  store: AdapterStore,
): Promise<(version: Pick<SharedVersion, 'id' | 'manifest'>) => boolean> {
  const { adapters } = await store.list();
  const here = new Map(adapters.map(({ id, manifest }) => [id, manifest.adapter.sha256]));
  return ({ id, manifest }) => here.get(id) === manifest.adapter.sha256;
}
