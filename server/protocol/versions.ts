/** What the server and its clients say to each other of single versions. Types only, as all of the protocol. */

import type { ArmCounts, Estimate } from './liveComparison.ts';
import type { Manifest } from './manifest.ts';

/** What measuring a version on this clone's held-out files came to. */
export interface EvaluateAnswer {
  readonly adapterId: string;
  readonly passed: boolean;
  readonly activated: boolean;
  /** One sentence for the user. */
  readonly reason: string;
}

export interface EvaluateProgress {
  readonly adapterId: string;
  readonly message: string;
}

/** What is known here of a version: by the gate, on this clone's held-out files. */
export interface AdapterStanding {
  /** `unmeasured`: came from elsewhere and may not serve before `evaluate`. `unjudged`: made here without a judgement. */
  readonly kind: 'passed' | 'failed' | 'unmeasured' | 'unjudged';
  /** One sentence for the user; '' when there is nothing to say. */
  readonly reason: string;
}

/** One side of a live comparison. */
export interface LiveArm {
  /** null: the base. */
  readonly adapter: string | null;
  readonly share: number;
  readonly counts: ArmCounts;
  readonly acceptance: Estimate | null;
  readonly survival: Estimate | null;
}

/** A share of documents is completed by the rival; what is accepted says which is better. */
export interface LiveComparison {
  readonly startedAt: string;
  readonly active: LiveArm;
  readonly rival: LiveArm;
  /** Acceptance of the active arm minus that of the rival. */
  readonly difference: Estimate | null;
}

/** Which adapter completes in a part of the repository, in place of the active one; the first that fits counts. */
export interface RouteParams {
  /** As in .gitignore, relative to the folder. */
  readonly glob?: string;
  /** LSP language id. */
  readonly language?: string;
  /** null: the base alone. */
  readonly adapter: string | null;
}

export interface RoutesAnswer {
  readonly routes: readonly RouteParams[];
}

export interface LiveComparisonAnswer {
  readonly comparison: LiveComparison | null;
}

/** A version, or one it was trained on from. */
export type LineageEntry =
  | { readonly kind: 'stored'; readonly name: string; readonly manifest: Manifest }
  | { readonly kind: 'deleted'; readonly id: string };
