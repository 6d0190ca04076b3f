/** The contents of a store that came with a copied `.git`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapterGguf, manifestFor } from '../../server/adapters/testing.ts';
import { sha256File } from '../../server/storage/hash.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';

/** Fits the bundled base. */
const SPEC = { targets: [{ name: 'blk.0.attn_k.weight', in: 256, out: 128 }], rank: 4, alpha: 8 };

/** A version for the bundled base, learned from `commit`, which becomes active if the store's own claims are trusted. */
export async function plantAdapter(store: string, id: string, commit: string): Promise<void> {
  const folder = join(store, 'versions', id);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'adapter.gguf');
  writeFileSync(file, adapterGguf(SPEC));
  const manifest = await manifestFor(id, file);
  const { adapter, base, dataset } = manifest;
  const whole = {
    ...manifest,
    adapter: { ...adapter, rank: SPEC.rank, alpha: SPEC.alpha },
    base: { ...base, sha256: await sha256File(bundledModelPath()), sizeBytes: readFileSync(bundledModelPath()).length },
    dataset: { ...dataset, commit, firstCommit: commit },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(whole));
  writeFileSync(join(folder, 'report.json'), '{}');
  writeFileSync(join(store, 'state.json'), JSON.stringify({ format: 1, active: id, history: [null], names: {} }));
}
