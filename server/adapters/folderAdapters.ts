/** The stores of all workspace folders, as the language server asks for them. */
import type { AdapterSummary } from '../protocol.ts';
import { commitsSince } from './staleness.ts';
import type { Standing } from './standing.ts';
import { AdapterStore, type StoredAdapter } from './store.ts';

export async function listAdapters(folder: string): Promise<AdapterSummary[]> {
  const { adapters } = await (await AdapterStore.of(folder)).list();
  return adapters.map(summaryOf);
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

/** Commits made since the active version was tuned; null without one, or where git cannot tell. */
export async function commitsSinceTune(folder: string): Promise<number | null> {
  const active = await (await AdapterStore.of(folder)).active();
  return active === null ? null : await commitsSince(folder, active.manifest.dataset.commit);
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
      return `It comes from ${standing.origin.from} and has not been measured on your files yet.`;
    default:
      return standing.reason;
  }
}
