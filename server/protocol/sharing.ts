/** What the server and its clients say to each other of the team's adapters. */
import type { ProxySettings } from './models.ts';

/** Which remote the team's adapters are in, and what its policy on signatures is. */
export interface ShareParams {
  readonly folder: string;
  /** Name or address. */
  readonly remote: string;
  readonly signatures: 'require' | 'warn' | 'off';
}

export interface OfShared extends ShareParams {
  readonly id: string;
}

export interface ShareOfferParams extends OfShared, ProxySettings {}

/** `commit`: that of the offer which was agreed to. */
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
  /** It is in this clone's store already. */
  readonly here: boolean;
}

export interface SharedAdapters {
  readonly adapters: readonly SharedAdapter[];
  /** Sentences for the user: versions that cannot be used, a store grown large. */
  readonly warnings: readonly string[];
}

/** What a person agrees to. `commit` ties the answer to it: what was changed since is not taken. */
export interface ShareOffer {
  readonly adapter: SharedAdapter;
  readonly commit: string;
  readonly authorEmail: string;
  readonly newAuthor: boolean;
  readonly signature: string;
  readonly warning: string | null;
  readonly base: OfferedBase;
}

/** The base a shared adapter needs. `getModel` with its id gets one that is not here. */
export type OfferedBase =
  | { readonly kind: 'here' }
  | { readonly kind: 'download'; readonly id: string; readonly bytes: number; readonly licenseNote: string }
  /** Not here, and no known download has its hash. */
  | { readonly kind: 'missing'; readonly sha256: string };
