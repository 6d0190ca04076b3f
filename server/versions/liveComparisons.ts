/** Beginning a live comparison of two that may serve together, and its figures with their intervals. */

import { type Experiment, startExperiment } from '../adapters/liveComparisonFile.ts';
import type { AdapterStore } from '../adapters/store.ts';
import { type ArmCounts, acceptance, difference, survival } from '../liveComparison/arms.ts';
import type { LiveArm, LiveComparison } from '../protocol/index.ts';

/** `rival`: an adapter, or null for the base. @throws with a sentence for the user when it cannot serve beside what is active. */
export async function startLive(store: AdapterStore, rival: string | null, share: number): Promise<Experiment> {
  const active = await store.active();
  const other = rival === null ? null : await store.find(rival);
  if (other !== null) {
    await store.verify(other);
    if (other.standing.kind === 'unmeasured')
      throw new Error(
        `Adapter ${other.id} has not been measured here. Measure it first: repotune eval --adapter ${other.id} --activate`,
      );
    if (active !== null && other.manifest.base.sha256 !== active.manifest.base.sha256)
      throw new Error(
        `Adapter ${other.id} belongs to another base, ${other.manifest.base.name}, so the two cannot serve together.`,
      );
  }
  const begun = await startExperiment(
    store.dir,
    { active: active?.id ?? null, rival: other?.id ?? null, share },
    Date.now(),
  );
  await store.audit.append(
    'compare live',
    begun.active,
    `with ${begun.rival ?? 'the base'}, ${share * 100} % of documents`,
  );
  return begun;
}

export function described({ startedAt, active, rival, share, counts }: Experiment): LiveComparison {
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
    difference: difference(counts.active, counts.rival),
  };
}
