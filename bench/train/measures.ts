/** What the programs of `bench train` print. */
import * as z from 'zod';

const speed = {
  tokensPerSecond: z.number(),
  /** All threads count, and nothing else that the machine does meanwhile. */
  tokensPerProcessorSecond: z.number(),
  peakRssMb: z.number(),
};

export const ownAnswer = z.object({
  ...speed,
  /** The products with frozen weights: forward, backward, and what the plan computes again. */
  matrixFlopsPerToken: z.number(),
  plan: z.object({ kernels: z.string(), keptBlocks: z.number(), keptAttentions: z.number() }),
  /** Share of the tokens that carry loss, and of the blocks that are adapted. */
  lossShare: z.number(),
  adaptedShare: z.number(),
});
export type OwnMeasure = z.infer<typeof ownAnswer>;

export const peerAnswer = z.object(speed);
export type PeerMeasure = z.infer<typeof peerAnswer>;

export const rateAnswer = z.object({ gflops: z.number() });
