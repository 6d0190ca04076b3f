/** Types alone: the panel reads them too. */
export type Arm = 'active' | 'rival';

/** Sums over one arm's suggestions. */
export interface ArmCounts {
  readonly offered: number;
  readonly accepted: number;
  /** Accepted suggestions looked at after five minutes, and the sums of their kept shares and of those squared. */
  readonly survived: number;
  readonly keptShare: number;
  readonly keptShareSquared: number;
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
