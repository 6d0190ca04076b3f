/** What the programs of `bench train` print. */
import * as z from 'zod';

export const ownAnswer = z.object({
  tokensPerSecond: z.number(),
  peakRssMb: z.number(),
  /** Of the products with frozen weights: forward, backward, and what the plan computes again. */
  matrixFlopsPerToken: z.number(),
  plan: z.object({ kernels: z.string(), keptBlocks: z.number(), keptAttentions: z.number() }),
});
export type OwnMeasure = z.infer<typeof ownAnswer>;

export const peerAnswer = z.object({ tokensPerSecond: z.number(), peakRssMb: z.number() });
export type PeerMeasure = z.infer<typeof peerAnswer>;

export const rateAnswer = z.object({ gflops: z.number() });
