/**
 * The live comparison of a repository's adapters: starting one with adapters that can serve side by side, its figures with intervals,
 * ending it.
 */
import {
  type LiveComparisonFile,
  readLiveComparison,
  startLiveComparison,
  stopLiveComparison,
} from '../adapters/liveComparisonFile.ts';
import { readState } from '../adapters/state.ts';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { acceptance, survival, tellableDifference } from '../liveComparison/arms.ts';
import type { ArmCounts, LiveArm, LiveComparison, LiveComparisonAnswer } from '../protocol/index.ts';
import { sha256OfModel } from '../storage/hash.ts';

export class LiveComparisons {
  readonly #store: AdapterStore;
  readonly #modelPath: () => string;
  readonly #nowMs: () => number;

  /** `modelPath`: the base that serves. */
  constructor(store: AdapterStore, modelPath: () => string, nowMs: () => number) {
    this.#store = store;
    this.#modelPath = modelPath;
    this.#nowMs = nowMs;
  }

  /** null if none is running. While another version than the one it was started with is active, nothing is compared. */
  async running(): Promise<LiveComparison | null> {
    return (await this.answer()).comparison;
  }

  async answer(): Promise<LiveComparisonAnswer> {
    const { dir } = this.#store;
    const [file, { active }, { adapters }, base] = await Promise.all([
      readLiveComparison(dir),
      readState(dir),
      this.#store.list(),
      this.#base(),
    ]);
    const rivals = adapters.filter(({ active, manifest }) => !active && manifest.base.sha256 === base);
    const isRunning = file !== null && file.active === active;
    return {
      comparison: isRunning ? described(file, restingBy(file, adapters, base)) : null,
      rivals: rivals.map(({ id }) => id),
    };
  }

  /**
   * Starts one, replacing any that is running. `rival`: an adapter, or null for the base; `share` of the documents that it completes,
   * between 0 and 1.
   * @throws with a message for the user if it cannot serve alongside the active one.
   */
  async start(rival: string | null, share: number): Promise<LiveComparison> {
    const store = this.#store;
    const active = await store.active();
    const other = rival === null ? null : await store.find(rival);
    // The active one may be from a copy of the repository, where it served.
    const unused = active === null ? null : sealObjection(active);
    if (unused !== null) throw new Error(unused);
    if (other !== null) {
      await store.verify(other);
      const objection = sealObjection(other);
      if (objection !== null) throw new Error(objection);
    }
    const objection = baseObjection(active, other, await sha256OfModel(this.#modelPath()));
    if (objection !== null) throw new Error(objection);
    const arms = { active: active?.id ?? null, rival: other?.id ?? null, share };
    const begun = await startLiveComparison(store.dir, arms, this.#nowMs());
    const percent = Number((share * 100).toFixed(1));
    const detail = `with ${begun.rival ?? 'the base'}, ${percent} % of documents`;
    await store.audit.append('compare live', begun.active, detail);
    return described(begun, null);
  }

  async stop(): Promise<void> {
    if (await stopLiveComparison(this.#store.dir)) await this.#store.audit.append('compare live', null, 'ended');
  }

  /** null if it cannot be read, which is told where it is loaded. */
  async #base(): Promise<string | null> {
    try {
      return await sha256OfModel(this.#modelPath());
    } catch {
      return null;
    }
  }
}

/** Why nothing is compared at present, since an adapter of the comparison does not serve; null if both do, as far as `base` is known. */
function restingBy(
  { active, rival }: LiveComparisonFile,
  adapters: readonly StoredAdapter[],
  base: string | null,
): string | null {
  const compared = adapters.filter(({ id }) => id === active || id === rival);
  const copied = compared.find(({ sealed }) => !sealed);
  if (copied) return `Resting: adapter ${copied.id}, which it compares, was not made or measured on this machine.`;
  if (base === null) return null;
  const foreign = compared.find(({ manifest }) => manifest.base.sha256 !== base);
  return foreign
    ? `Resting: what it compares belongs to the base ${foreign.manifest.base.name}, and another is in use.`
    : null;
}

/** What the engine would not load, since it is not sealed, and what to do; null if it serves. */
function sealObjection({ id, sealed, standing }: StoredAdapter): string | null {
  if (sealed) return null;
  if (standing.kind === 'unmeasured')
    return `Adapter ${id} has not been measured here. Measure it first with "Repotune: Use an Adapter…" (on the command line: repotune eval --adapter ${id} --activate).`;
  const why =
    standing.kind === 'failed' ? 'was measured here and did not pass' : 'was imported and has not been used yet';
  return `Adapter ${id} ${why}. To compare with it all the same, use it once first with "Repotune: Use an Adapter…" (on the command line: repotune adapters activate ${id} --force).`;
}

/** Why nothing would be compared, since an adapter serves with no other base than its own, and what to do; null if both arms can serve. */
function baseObjection(active: StoredAdapter | null, rival: StoredAdapter | null, baseSha256: string): string | null {
  const isForeign = ({ manifest }: StoredAdapter): boolean => manifest.base.sha256 !== baseSha256;
  const foreign = [active, rival].find((adapter) => adapter !== null && isForeign(adapter));
  if (!foreign) return null;
  const what = `Adapter ${foreign.id} belongs to another base, ${foreign.manifest.base.name}, so nothing would be compared.`;
  // Its base would leave the active adapter without its own.
  if (foreign === rival && active !== null)
    return `${what} Compare with an adapter of the base ${active.manifest.base.name}.`;
  return `${what} Choose that base with "Repotune: Choose Base Model…" (on the command line: --model), or ${foreign === active ? 'use' : 'compare with'} an adapter of the base in use.`;
}

function described(
  { startedAt, active, rival, share, counts }: LiveComparisonFile,
  resting: string | null,
): LiveComparison {
  const arm = (adapter: string | null, part: number, sums: ArmCounts): LiveArm => ({
    adapter,
    share: part,
    counts: sums,
    acceptance: acceptance(sums),
    survival: survival(sums),
  });
  return {
    startedAt,
    active: arm(active, 1 - share, counts.active),
    rival: arm(rival, share, counts.rival),
    difference: tellableDifference(counts.active, counts.rival),
    resting,
  };
}
