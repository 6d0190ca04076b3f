/**
 * A tune on a team's cluster as a client requests it: first the offer of what would leave the machine, then, once agreed to, the
 * submission.
 */
import type { InFolder } from './folders.ts';

export const CLUSTER_DEVICES = ['gpu', 'on-demand', 'cpu'] as const;
/** `gpu`: one must be available. `on-demand`: one is started on request. */
export type ClusterDevice = (typeof CLUSTER_DEVICES)[number];

export interface ClusterOfferParams extends InFolder {
  /** From the user's own settings: a workspace must not choose where code goes. */
  readonly address: string;
  /** '' for the model that the base in use is known to have been made from. */
  readonly base: string;
  readonly device: ClusterDevice;
  /** Whether the cluster has the Python packages. */
  readonly installed: boolean;
}

interface LeavingFile {
  readonly path: string;
  readonly bytes: number;
  /** Description for people. */
  readonly what: string;
}

/** What a person is asked to agree to. */
export interface Leaving {
  readonly address: string;
  /** Nothing has been sent there before. */
  readonly newAddress: boolean;
  /** The transfer is not encrypted. */
  readonly plain: boolean;
  readonly base: string;
  readonly files: readonly LeavingFile[];
}

export interface ClusterOffer extends Leaving {
  readonly submission: string;
}

export interface OfSubmission extends InFolder {
  readonly submission: string;
}

export interface ClusterSubmitParams extends OfSubmission {
  /** As in the offer. */
  readonly address: string;
}
