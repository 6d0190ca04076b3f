/** A tune on a team's cluster, as a client asks for it: first what would leave the machine, then, agreed to, the sending. */
import type { InFolder } from './folders.ts';

export const CLUSTER_DEVICES = ['gpu', 'on-demand', 'cpu'] as const;
/** `gpu`: one must be there. `on-demand`: one comes when it is asked for. */
export type ClusterDevice = (typeof CLUSTER_DEVICES)[number];

export interface ClusterOfferParams extends InFolder {
  /** From the user's own settings: a workspace must not choose where code goes. */
  readonly address: string;
  /** '' for the model that the base in use is known to be made from. */
  readonly base: string;
  readonly device: ClusterDevice;
  /** The cluster has the Python packages. */
  readonly installed: boolean;
}

interface LeavingFile {
  readonly path: string;
  readonly bytes: number;
  /** For a person. */
  readonly what: string;
}

/** What a person is asked about. */
export interface Leaving {
  readonly address: string;
  /** Nothing was sent there before. */
  readonly newAddress: boolean;
  /** What is sent can be read on the way. */
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
  /** As the offer said it. */
  readonly address: string;
}
