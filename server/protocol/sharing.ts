/** Messages about the team's adapters. */
import type { ProxySettings } from './models.ts';

/** The remote that contains the team's adapters, and the policy on signatures. */
export interface ShareParams {
  readonly folder: string;
  /** Name or address. */
  readonly remote: string;
  readonly signatures: 'require' | 'warn' | 'off';
}

export interface OfShared extends ShareParams {
  readonly id: string;
}

export interface ShareProgress {
  readonly adapterId: string;
  readonly message: string;
}

export interface ShareOfferParams extends OfShared, ProxySettings {}

/** `commit`: that of the offer agreed to. */
export interface SharePullParams extends OfShared {
  readonly commit: string;
}

/** A version in the team's remote, as its author describes it. */
export interface SharedAdapter {
  readonly id: string;
  readonly set: string;
  readonly author: string;
  readonly createdAtMs: number;
  readonly baseName: string;
  readonly sizeBytes: number;
  readonly heldOutLossBase: number | null;
  readonly heldOutLossTuned: number | null;
  /** Whether it is already in this clone's store. */
  readonly here: boolean;
  /** Who signed it, or that nobody did, in a few words; '' if that was not looked at. */
  readonly signature: string;
  /** Whether it is signed with a key that was revoked. */
  readonly revoked: boolean;
  /** Whether no adapter by this author was taken before. */
  readonly newAuthor: boolean;
  /** Whether some by this author were, with another key than signed this one, if one did. */
  readonly otherKey: boolean;
}

export interface SharedAdapters {
  readonly adapters: readonly SharedAdapter[];
  /** How many more are there that cannot be used here: people are told which, and why, only once. */
  readonly unusable: number;
  /** Messages for the user: unusable versions, a store grown large. */
  readonly warnings: readonly string[];
}

/** What a person agrees to. `commit` ties the consent to it: later changes are not accepted. */
export interface ShareOffer {
  readonly adapter: SharedAdapter;
  readonly commit: string;
  readonly authorEmail: string;
  /** In a few words; '' where the warning says it. */
  readonly signature: string;
  readonly warning: string | null;
  readonly base: OfferedBase;
}

/** The base a shared adapter needs. `getModel` with its id downloads a missing one. */
export type OfferedBase =
  | { readonly kind: 'here' }
  | { readonly kind: 'download'; readonly id: string; readonly bytes: number; readonly licenseNote: string }
  /** Not here, and no known download has its hash. */
  | { readonly kind: 'missing'; readonly sha256: string };
