/** What the native tests of kernels print of each variant that this machine runs. */
import * as z from 'zod';

export const variant = z.object({
  name: z.string(),
  /** Largest error relative to the reference, at which case, and what is allowed. */
  worst: z.number(),
  where: z.string(),
  bound: z.number(),
});
