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
  documentsSurvived: 0,
  survivedSquared: 0,
  keptShareOfDocumentSquared: 0,
  survivedKeptShare: 0,
  documents: 0,
  offeredSquared: 0,
  acceptedSquared: 0,
  offeredAccepted: 0,
};

/** Counts of one document's suggestions so far. */
export type OfDocument = Pick<ArmCounts, 'offered' | 'accepted' | 'survived' | 'keptShare'>;

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
    case 'survived': {
      const { share } = observation;
      return {
        ...counts,
        survived: counts.survived + 1,
        keptShare: counts.keptShare + share,
        keptShareSquared: counts.keptShareSquared + share ** 2,
        documentsSurvived: counts.documentsSurvived + Number(document.survived === 0),
        survivedSquared: counts.survivedSquared + 2 * document.survived + 1,
        keptShareOfDocumentSquared: counts.keptShareOfDocumentSquared + 2 * document.keptShare * share + share ** 2,
        survivedKeptShare: counts.survivedKeptShare + document.keptShare + (document.survived + 1) * share,
      };
    }
  }
}

export function addArms(a: ArmCounts, b: ArmCounts): ArmCounts {
  return {
    offered: a.offered + b.offered,
    accepted: a.accepted + b.accepted,
    survived: a.survived + b.survived,
    keptShare: a.keptShare + b.keptShare,
    keptShareSquared: a.keptShareSquared + b.keptShareSquared,
    documentsSurvived: a.documentsSurvived + b.documentsSurvived,
    survivedSquared: a.survivedSquared + b.survivedSquared,
    keptShareOfDocumentSquared: a.keptShareOfDocumentSquared + b.keptShareOfDocumentSquared,
    survivedKeptShare: a.survivedKeptShare + b.survivedKeptShare,
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
  return offered === 0 ? null : wilson(Math.min(1, accepted / offered), offered / effect, z);
}

/** The score interval of a share `p` of `n` (Wilson 1927). */
function wilson(p: number, n: number, z: number): Estimate {
  const centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { mean: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * Share of an accepted suggestion still there after five minutes; null before two were checked. Most are there whole: the spread of a few
 * says nothing, and none of them where all are. So the interval is that of all or nothing, which no shares of 0 to 1 spread more than.
 */
export function survival(counts: ArmCounts): Estimate | null {
  const { survived, keptShare } = counts;
  if (survived < 2) return null;
  return wilson(Math.min(1, keptShare / survived), survived / effectOnSurvival(counts), Z);
}

/** As {@link effectOf}, of what was checked after five minutes. */
function effectOnSurvival({
  survived,
  keptShare,
  keptShareSquared,
  documentsSurvived,
  survivedSquared,
  keptShareOfDocumentSquared,
  survivedKeptShare,
}: ArmCounts): number {
  const ofSuggestions = { suggestions: survived, value: keptShare, valueSquared: keptShareSquared };
  const ofDocuments = {
    documents: documentsSurvived,
    suggestionsSquared: survivedSquared,
    valueOfDocumentSquared: keptShareOfDocumentSquared,
  };
  return designEffect([{ ...ofSuggestions, ...ofDocuments, suggestionsValue: survivedKeptShare }]);
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
