/** The stores of all workspace folders, as the language server asks for them. */
import type { AdapterRef } from '../engine/types.ts';
import type { AdapterSummary } from '../protocol.ts';
import { sha256OfModel } from './hash.ts';
import type { Standing } from './standing.ts';
import { AdapterStore, refOf, type StoredAdapter } from './store.ts';

export async function listAdapters(folder: string): Promise<AdapterSummary[]> {
  const { adapters } = await (await AdapterStore.of(folder)).list();
  return adapters.map(summaryOf);
}

/**
 * What serves in `folder` with the model at `modelPath`: null for the base alone, also when the active adapter was made
 * for another base. Rejects with a sentence for the user when its file is not the one that was stored.
 */
export async function activeAdapter(folder: string, modelPath: string): Promise<AdapterRef | null> {
  const store = await AdapterStore.of(folder);
  const active = await store.active();
  if (active === null || active.manifest.base.sha256 !== (await sha256OfModel(modelPath))) return null;
  await store.verify(active);
  return refOf(active);
}

/** `id` absent: the newest. Rejects with a sentence for the user. */
export async function activateAdapter(folder: string, id: string | undefined, force: boolean): Promise<void> {
  const store = await AdapterStore.of(folder);
  const chosen = id ?? (await store.list()).adapters[0]?.id;
  if (chosen === undefined)
    throw new Error('There is no adapter for this repository yet. Run Repotune: Tune on This Repository.');
  await store.activate(chosen, 'chosen in the editor', { force });
}

export async function disableAdapter(folder: string): Promise<void> {
  await (await AdapterStore.of(folder)).disable('chosen in the editor');
}

function summaryOf({ id, name, active, standing, manifest }: StoredAdapter): AdapterSummary {
  return {
    id,
    name,
    active,
    standing: { kind: standing.kind, reason: reasonOf(standing) },
    createdAtMs: Date.parse(manifest.createdAt),
    commit: manifest.dataset.commit,
    heldOutLossBase: manifest.metrics?.heldOutLossBase ?? null,
    heldOutLossTuned: manifest.metrics?.heldOutLossTuned ?? null,
  };
}

function reasonOf(standing: Standing): string {
  switch (standing.kind) {
    case 'unjudged':
      return '';
    case 'unmeasured':
      return `From ${standing.origin.from}, not measured on your files yet.`;
    default:
      return standing.reason;
  }
}
