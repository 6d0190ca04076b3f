/** A live comparison: a rival completes a share of the documents; acceptance shows which is better. */
import type { InFolder } from './folders.ts';

export type Arm = 'active' | 'rival';

/** Sums over one arm's suggestions. */
export interface ArmCounts {
  readonly offered: number;
  readonly accepted: number;
  /** Accepted suggestions checked after five minutes, with the sums of their kept shares and of the squares. */
  readonly survived: number;
  readonly keptShare: number;
  readonly keptShareSquared: number;
  /** Documents with one, with the sums over them of both squared and of their product. */
  readonly documentsSurvived: number;
  readonly survivedSquared: number;
  readonly keptShareOfDocumentSquared: number;
  readonly survivedKeptShare: number;
  /** Documents with a suggestion, with the sums over them of both counts squared and of their product. */
  readonly documents: number;
  readonly offeredSquared: number;
  readonly acceptedSquared: number;
  readonly offeredAccepted: number;
}

export type Observation =
  | { readonly kind: 'offered' }
  | { readonly kind: 'accepted' }
  /** `share` 0 to 1: how much of an accepted suggestion is still there. */
  | { readonly kind: 'survived'; readonly share: number };

export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** One arm of a live comparison. */
export interface LiveArm {
  /** null: the base. */
  readonly adapter: string | null;
  readonly share: number;
  readonly counts: ArmCounts;
  readonly acceptance: Estimate | null;
  readonly survival: Estimate | null;
}

export interface LiveComparison {
  readonly startedAt: string;
  readonly active: LiveArm;
  readonly rival: LiveArm;
  /** Acceptance of the active arm minus the rival's; null while there are suggestions in too few documents. */
  readonly difference: Estimate | null;
  /** A sentence that says why nothing is compared at present; null: it goes on. */
  readonly resting: string | null;
}

export interface LiveComparisonAnswer {
  readonly comparison: LiveComparison | null;
  /** Ids of the adapters that what serves can be compared with: those of the base in use. */
  readonly rivals: readonly string[];
}

/** `rival`: an adapter, or null for the base; `share` of the documents that it completes, between 0 and 1. */
export interface StartLiveComparisonParams extends InFolder {
  readonly rival: string | null;
  readonly share: number;
}
