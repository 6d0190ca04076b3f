/**
 * The guard on a new version in use: whether less is kept of its suggestions than of the previous version's. It is checked every few
 * suggestions, for as long as the version serves, so an ordinary test would find a difference by chance sooner or later.
 *
 * The test is a mixture sequential probability ratio test (Robbins 1970, "Statistical methods related to the law of the iterated
 * logarithm"; for two samples Johari, Pekelis and Walsh 2022, "Always valid inference", Operations Research 70, section 5): the likelihood
 * of the difference of the two means, averaged over falls of a plausible size, over that of no difference. With equal means it is a
 * martingale that starts at 1, so that the probability of its ever reaching 1/α is at most α (Ville's inequality), whenever one checks.
 * Only falls are averaged over (half of a normal distribution), so that a gain is never evidence. The means are assumed normal, which
 * requires some suggestions of each, and large outliers are clipped: what is kept of a suggestion is zero most of the time. Suggestions in
 * one document are alike, so their variance is multiplied by the design effect (`designEffect.ts`).
 */
import { type ByDocument, designEffect } from './designEffect.ts';

/** Sums over the outcomes of one version's suggestions. */
export interface UseCounts {
  readonly suggestions: number;
  /** Characters kept of them, and the sum of the squares. */
  readonly kept: number;
  readonly keptSquared: number;
  /**
   * Documents with a suggestion; the sums over them of the squared number of suggestions, of the squared kept characters, and of the
   * product.
   */
  readonly documents: number;
  readonly suggestionsSquared: number;
  readonly keptOfDocumentSquared: number;
  readonly suggestionsKept: number;
}

export const NO_USE: UseCounts = {
  suggestions: 0,
  kept: 0,
  keptSquared: 0,
  documents: 0,
  suggestionsSquared: 0,
  keptOfDocumentSquared: 0,
  suggestionsKept: 0,
};

/** Counts of one document's suggestions so far. */
export type OfDocument = Pick<UseCounts, 'suggestions' | 'kept'>;

/** Longer ones are clipped to this: a mean of few numbers must not depend on one. */
const MOST_CHARACTERS = 120;

export type UseObservation =
  | { readonly kind: 'suggested' }
  /** Characters of an accepted suggestion that are still there a little later. */
  | { readonly kind: 'kept'; readonly characters: number };

/** `document`: its counts before this observation. */
export function used(counts: UseCounts, observation: UseObservation, document: OfDocument): UseCounts {
  if (observation.kind === 'suggested')
    return {
      ...counts,
      suggestions: counts.suggestions + 1,
      documents: counts.documents + Number(document.suggestions === 0),
      suggestionsSquared: counts.suggestionsSquared + 2 * document.suggestions + 1,
      suggestionsKept: counts.suggestionsKept + document.kept,
    };
  const kept = Math.min(observation.characters, MOST_CHARACTERS);
  return {
    ...counts,
    kept: counts.kept + kept,
    keptSquared: counts.keptSquared + kept ** 2,
    keptOfDocumentSquared: counts.keptOfDocumentSquared + 2 * document.kept * kept + kept ** 2,
    suggestionsKept: counts.suggestionsKept + document.suggestions * kept,
  };
}

export function addUse(a: UseCounts, b: UseCounts): UseCounts {
  return {
    suggestions: a.suggestions + b.suggestions,
    kept: a.kept + b.kept,
    keptSquared: a.keptSquared + b.keptSquared,
    documents: a.documents + b.documents,
    suggestionsSquared: a.suggestionsSquared + b.suggestionsSquared,
    keptOfDocumentSquared: a.keptOfDocumentSquared + b.keptOfDocumentSquared,
    suggestionsKept: a.suggestionsKept + b.suggestionsKept,
  };
}

function byDocument({ kept, keptSquared, keptOfDocumentSquared, suggestionsKept, ...counts }: UseCounts): ByDocument {
  const ofDocuments = { valueOfDocumentSquared: keptOfDocumentSquared, suggestionsValue: suggestionsKept };
  return { ...counts, value: kept, valueSquared: keptSquared, ...ofDocuments };
}

/** Characters kept per suggestion; null before the first one. */
export function keptPerSuggestion({ suggestions, kept }: UseCounts): number | null {
  return suggestions === 0 ? null : kept / suggestions;
}

/** Of each version: with fewer, means are not close enough to normal. */
const LEAST_SUGGESTIONS = 50;
/**
 * Likewise, with a suggestion: how much documents differ cannot be told from one or two, and a version whose first hundred suggestions were
 * in one where little is accepted was rolled back for it, one as good in every third time.
 */
const LEAST_DOCUMENTS = 5;
/** Standard deviation of the falls averaged over, as a share of what was kept before. */
const PLAUSIBLE_FALL = 0.4;
/** Probability that a version as good as its predecessor is ever rolled back. Keeping up makes many versions, so this is small. */
export const FALSE_ALARMS = 0.01;

/** Likelihood ratio of a fall to no fall: 1 is no evidence. */
export function evidenceOfFall(before: UseCounts, after: UseCounts): number {
  if (Math.min(before.suggestions, after.suggestions) < LEAST_SUGGESTIONS) return 1;
  const [kept, keptNow] = [before.kept / before.suggestions, after.kept / after.suggestions];
  const fall = kept - keptNow;
  const both = addUse(before, after);
  // Pooled, as under the null hypothesis.
  const deviation = both.keptSquared / both.suggestions - (both.kept / both.suggestions) ** 2;
  const effect = designEffect([before, after].map(byDocument));
  const variance = effect * deviation * (1 / before.suggestions + 1 / after.suggestions);
  const prior = (PLAUSIBLE_FALL * kept) ** 2;
  if (!(variance > 0) || prior === 0) return 1;
  const together = variance + prior;
  const ratio = Math.sqrt(variance / together) * Math.exp((fall ** 2 * prior) / (2 * variance * together));
  return 2 * ratio * normalBelow((fall * Math.sqrt(prior)) / Math.sqrt(variance * together));
}

/** Whether the version in use should be rolled back to the previous one. */
export function isKeptLess(before: UseCounts, after: UseCounts): boolean {
  if (Math.min(before.documents, after.documents) < LEAST_DOCUMENTS) return false;
  return evidenceOfFall(before, after) >= 1 / FALSE_ALARMS;
}

/** The normal distribution function (Abramowitz and Stegun 1964, 7.1.26; error at most 1e-7). */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - tail : tail;
}
