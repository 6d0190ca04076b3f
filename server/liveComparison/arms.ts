/** Two arms of a live comparison: which documents are in which, and what became of the suggestions of each. */
import { hashFraction } from '../common/random.ts';
import type { Arm, ArmCounts, Estimate, Observation } from '../protocol/liveComparison.ts';

export const NO_OBSERVATIONS: ArmCounts = { offered: 0, accepted: 0, survived: 0, keptShare: 0, keptShareSquared: 0 };

export function observed(counts: ArmCounts, observation: Observation): ArmCounts {
  switch (observation.kind) {
    case 'offered':
      return { ...counts, offered: counts.offered + 1 };
    case 'accepted':
      return { ...counts, accepted: counts.accepted + 1 };
    case 'survived':
      return {
        ...counts,
        survived: counts.survived + 1,
        keptShare: counts.keptShare + observation.share,
        keptShareSquared: counts.keptShareSquared + observation.share ** 2,
      };
  }
}

export function addArms(a: ArmCounts, b: ArmCounts): ArmCounts {
  return {
    offered: a.offered + b.offered,
    accepted: a.accepted + b.accepted,
    survived: a.survived + b.survived,
    keptShare: a.keptShare + b.keptShare,
    keptShareSquared: a.keptShareSquared + b.keptShareSquared,
  };
}

/**
 * The arm of a document: the same all day, whatever is typed in it, so that suggestions do not change their style between two
 * keys. `seed` is the comparison's, `share` that of the rival.
 */
export function armOf(seed: string, share: number, uri: string, day: string): Arm {
  return hashFraction(seed, day, uri) < share ? 'rival' : 'active';
}

/** Two-sided 95 %. */
const Z = 1.96;
/** An arm is looked at with every suggestion, which finds something by chance sooner or later: the notice asks for more. */
const Z_NOTICE = 3;
const LEAST_OFFERS = 50;

/** Share of offers that were accepted, with Wilson's interval; null without an offer. */
export function acceptance({ offered, accepted }: ArmCounts, z = Z): Estimate | null {
  if (offered === 0) return null;
  const p = Math.min(1, accepted / offered);
  const centre = (p + z ** 2 / (2 * offered)) / (1 + z ** 2 / offered);
  const half = (z / (1 + z ** 2 / offered)) * Math.sqrt((p * (1 - p)) / offered + z ** 2 / (4 * offered ** 2));
  return { mean: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Share of an accepted suggestion still there after five minutes; null before two were looked at. */
export function survival({ survived, keptShare, keptShareSquared }: ArmCounts): Estimate | null {
  if (survived < 2) return null;
  const mean = keptShare / survived;
  const variance = Math.max(0, (keptShareSquared - survived * mean ** 2) / (survived - 1));
  const half = Z * Math.sqrt(variance / survived);
  return { mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}

/** Acceptance of the active arm minus that of the rival (Newcombe 1998, method 10); null while an arm has no offer. */
export function difference(active: ArmCounts, rival: ArmCounts, z = Z): Estimate | null {
  const [a, r] = [acceptance(active, z), acceptance(rival, z)];
  if (a === null || r === null) return null;
  return {
    mean: a.mean - r.mean,
    low: a.mean - r.mean - Math.hypot(a.mean - a.low, r.high - r.mean),
    high: a.mean - r.mean + Math.hypot(a.high - a.mean, r.mean - r.low),
  };
}

/** Whether what serves is accepted less than its rival beyond chance, often looked at as it is. */
export function isWorseInUse(active: ArmCounts, rival: ArmCounts): boolean {
  if (active.offered < LEAST_OFFERS || rival.offered < LEAST_OFFERS) return false;
  const apart = difference(active, rival, Z_NOTICE);
  return apart !== null && apart.high < 0;
}
