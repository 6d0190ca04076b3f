/** Two arms of a live comparison: the assignment of documents, and the outcomes of each arm's suggestions. */
import { hashFraction } from '../common/random.ts';
import type { Arm, ArmCounts, Estimate, Observation } from '../protocol/liveComparison.ts';
import { designEffect } from './designEffect.ts';

export const NO_OBSERVATIONS: ArmCounts = {
  offered: 0,
  accepted: 0,
  survived: 0,
  keptShare: 0,
  keptShareSquared: 0,
  documents: 0,
  offeredSquared: 0,
  acceptedSquared: 0,
  offeredAccepted: 0,
};

/** Counts of one document's suggestions so far. */
export type OfDocument = Pick<ArmCounts, 'offered' | 'accepted'>;

/** `document`: its counts before this observation. */
export function observed(counts: ArmCounts, observation: Observation, document: OfDocument): ArmCounts {
  switch (observation.kind) {
    case 'offered':
      return {
        ...counts,
        offered: counts.offered + 1,
        documents: counts.documents + Number(document.offered === 0),
        offeredSquared: counts.offeredSquared + 2 * document.offered + 1,
        offeredAccepted: counts.offeredAccepted + document.accepted,
      };
    case 'accepted':
      return {
        ...counts,
        accepted: counts.accepted + 1,
        acceptedSquared: counts.acceptedSquared + 2 * document.accepted + 1,
        offeredAccepted: counts.offeredAccepted + document.offered,
      };
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
    documents: a.documents + b.documents,
    offeredSquared: a.offeredSquared + b.offeredSquared,
    acceptedSquared: a.acceptedSquared + b.acceptedSquared,
    offeredAccepted: a.offeredAccepted + b.offeredAccepted,
  };
}

/**
 * The arm of a document: constant all day, whatever is typed in it, so that the style of suggestions does not change between two keys.
 * `seed` is the comparison's, `share` the rival's.
 */
export function armOf(seed: string, share: number, uri: string, day: string): Arm {
  return hashFraction(seed, day, uri) < share ? 'rival' : 'active';
}

/** Two-sided 95 %. */
const Z = 1.96;
/** An arm is checked at every suggestion, which will find something by chance sooner or later: the notice requires more. */
const Z_NOTICE = 3;
const LEAST_OFFERS = 50;
/** With fewer, the variation among documents cannot be estimated. */
const LEAST_DOCUMENTS = 10;

/** Design effect of sampling documents rather than suggestions. */
function effectOf({
  offered,
  accepted,
  documents,
  offeredSquared,
  acceptedSquared,
  offeredAccepted,
}: ArmCounts): number {
  const ofSuggestions = { suggestions: offered, value: accepted, valueSquared: accepted };
  const ofDocuments = { documents, suggestionsSquared: offeredSquared, valueOfDocumentSquared: acceptedSquared };
  return designEffect([{ ...ofSuggestions, ...ofDocuments, suggestionsValue: offeredAccepted }]);
}

/**
 * Share of offers accepted, with Wilson's interval; null without an offer. `effect`: number of offers that carry as much information as
 * one.
 */
export function acceptance(counts: ArmCounts, z = Z, effect = effectOf(counts)): Estimate | null {
  const { offered, accepted } = counts;
  if (offered === 0) return null;
  const p = Math.min(1, accepted / offered);
  const n = offered / effect;
  const centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { mean: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Share of an accepted suggestion still there after five minutes; null before two were checked. */
export function survival({ survived, keptShare, keptShareSquared }: ArmCounts): Estimate | null {
  if (survived < 2) return null;
  const mean = keptShare / survived;
  const variance = Math.max(0, (keptShareSquared - survived * mean ** 2) / (survived - 1));
  const half = Z * Math.sqrt(variance / survived);
  return { mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}

/**
 * Acceptance of the active arm minus the rival's (Newcombe 1998, method 10); null while an arm has no offer. Both arms have the same
 * person's documents: if one cannot tell how much they vary, because nothing in it was accepted, the other can.
 */
export function difference(active: ArmCounts, rival: ArmCounts, z = Z): Estimate | null {
  const effect = Math.max(effectOf(active), effectOf(rival));
  const [a, r] = [acceptance(active, z, effect), acceptance(rival, z, effect)];
  if (a === null || r === null) return null;
  return {
    mean: a.mean - r.mean,
    low: a.mean - r.mean - Math.hypot(a.mean - a.low, r.high - r.mean),
    high: a.mean - r.mean + Math.hypot(a.high - a.mean, r.mean - r.low),
  };
}

/** In each arm: with fewer, two equal arms are told apart more than 5 times in 100 (with one, nearly every other time). */
const LEAST_DOCUMENTS_TO_TELL = 4;

/** As {@link difference}, for people: null while suggestions in too few documents say nothing about others. */
export function tellableDifference(active: ArmCounts, rival: ArmCounts): Estimate | null {
  if (Math.min(active.documents, rival.documents) < LEAST_DOCUMENTS_TO_TELL) return null;
  return difference(active, rival);
}

/** Whether what is serving is accepted less than its rival beyond chance, given how often this is checked. */
export function isWorseInUse(active: ArmCounts, rival: ArmCounts): boolean {
  if (Math.min(active.offered, rival.offered) < LEAST_OFFERS) return false;
  if (Math.min(active.documents, rival.documents) < LEAST_DOCUMENTS) return false;
  const apart = difference(active, rival, Z_NOTICE);
  return apart !== null && apart.high < 0;
}
