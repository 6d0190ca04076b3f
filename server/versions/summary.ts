/** A version as the panel lists it. Pure. */
import type { Standing } from '../adapters/standing.ts';
import type { StoredAdapter } from '../adapters/store.ts';
import type { AdapterSummary } from '../protocol/index.ts';

/** `baseSha256`: of the base in use; null if it cannot be read. */
export function summaryOf(
  { id, name, active, standing, manifest }: StoredAdapter,
  baseSha256: string | null,
): AdapterSummary {
  const { base } = manifest;
  return {
    id,
    name,
    active,
    ...(baseSha256 === null || base.sha256 === baseSha256 ? {} : { otherBase: base.name }),
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
    case 'unmeasurable':
      return `It was imported from ${standing.origin.from}. What it was trained on is not known, so it cannot be measured here.`;
    default:
      return standing.reason;
  }
}
