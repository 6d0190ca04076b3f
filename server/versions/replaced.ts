/** What is said where an activation turns off an adapter of another base: nothing compared the two, as each serves with its own base alone. */
import type { AdapterStore } from '../adapters/store.ts';

/** To be asked before a version of the base `baseSha256` is activated. '' if it takes the place of none, or of one of the same base. */
export async function replacedNote(store: Pick<AdapterStore, 'active'>, baseSha256: string): Promise<string> {
  // A damaged one serves nowhere.
  const active = await store.active().catch(() => null);
  if (active === null || active.manifest.base.sha256 === baseSha256) return '';
  const { name, manifest } = active;
  return `It takes the place of the adapter ${name}, which belongs to another base, ${manifest.base.name}: where that base is in use, no adapter completes now. To go back, run "Repotune: Roll Back to the Previous Adapter" (on the command line: repotune adapters rollback).`;
}
