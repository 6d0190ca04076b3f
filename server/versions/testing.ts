/** Versions for tests: stored as a run or an import leaves them, with a readable report. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Origin } from '../adapters/standing.ts';
import type { AdapterStore } from '../adapters/store.ts';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { Contender, HeldOutSet, Report } from '../protocol/report.ts';

const contender: Contender = { loss: 2, top1: 0.5, completions: null };
const heldOut: HeldOutSet = {
  pairs: 1,
  tokens: 100,
  available: 1,
  stopped: 'all',
  base: contender,
  tuned: contender,
  active: null,
  overBase: { loss: { mean: 0, low: null, high: null }, exact: null, completions: null },
  overActive: null,
  overLayout: null,
  byLanguage: [],
  byKind: [],
};
export const emptyReport: Report = {
  format: 1,
  byFile: heldOut,
  byTime: null,
  examples: [],
  training: null,
  verbatim: null,
};

export interface VersionSpec {
  readonly id: string;
  /** Day of January: later is newer. */
  readonly day?: number;
  readonly metrics?: null;
  /** The commit it was tuned on. */
  readonly commit?: string;
  readonly origin?: Origin;
  readonly base?: Partial<Manifest['base']>;
  readonly method?: Manifest['training']['method'];
}

/** `scratch`: a folder for the file to be stored. */
export async function addVersion(store: AdapterStore, scratch: string, spec: VersionSpec): Promise<void> {
  const { id, day = 1, metrics, commit, origin, base, method } = spec;
  const adapterFile = join(scratch, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
  const changes: Partial<Manifest> = {
    createdAt: `2026-01-0${day}T00:00:00.000Z`,
    ...(metrics === undefined ? {} : { metrics }),
  };
  const made = await manifestFor(id, adapterFile, changes);
  const dataset = commit === undefined ? made.dataset : { ...made.dataset, commit };
  const training = method === undefined ? made.training : { ...made.training, method };
  const manifest = { ...made, dataset, training, base: { ...made.base, ...base } };
  await store.add({ manifest, adapterFile, report: emptyReport, ...(origin === undefined ? {} : { origin }) });
}
