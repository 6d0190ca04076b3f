import type { AdapterStore, NewVersion, StoredAdapter } from '../adapters/store.ts';
import type { Verdict } from '../evaluation/gate.ts';
import type { Report } from '../protocol/report.ts';
import { type Measured, verdictOn } from './judgeVersion.ts';

/**
 * Adds a version that was measured here, with the gate's verdict on it: whenever the process is killed, none is there without one, which
 * would count as never measured.
 */
export async function addJudged(
  store: AdapterStore,
  version: Omit<NewVersion, 'judgement' | 'report'> & { readonly report: Report },
  measured: Omit<Measured, 'store'>,
  nowMs: number,
): Promise<{ readonly stored: StoredAdapter; readonly verdict: Verdict }> {
  const { manifest, report } = version;
  const judge = (): Promise<Verdict> => verdictOn({ id: manifest.id, manifest }, report, { ...measured, store });
  const first = await judge();
  const stored = await store.add({ ...version, judgement: { ...judgementOf(first), atMs: nowMs } });
  // Storing takes a while, in which another adapter may be activated.
  const verdict = await judge();
  if (verdict.reason !== first.reason) await store.keepJudgement(stored, judgementOf(verdict), nowMs);
  return { stored, verdict };
}

/** The report is the version's own. */
function judgementOf({ passed, reason }: Verdict) {
  return { passed, reason, report: null };
}
