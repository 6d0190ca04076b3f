/** What the programs of `bench train` print. */
import * as z from 'zod';

const speed = {
  tokensPerSecond: z.number(),
  /** Counts all our threads, but no other load on the machine. */
  tokensPerProcessorSecond: z.number(),
  peakRssMb: z.number(),
};

export const ownAnswer = z.object({
  ...speed,
  /** Products with frozen weights: forward, backward, and what the plan recomputes. */
  matrixFlopsPerToken: z.number(),
  plan: z.object({ kernels: z.string(), keptBlocks: z.number(), keptAttentions: z.number() }),
  /** Share of tokens with loss, and of adapted blocks. */
  lossShare: z.number(),
  adaptedShare: z.number(),
});
export type OwnMeasure = z.infer<typeof ownAnswer>;

export const peerAnswer = z.object(speed);
export type PeerMeasure = z.infer<typeof peerAnswer>;

export const rateAnswer = z.object({ gflops: z.number() });
