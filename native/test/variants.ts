/** What the native kernel tests print for each variant that this machine runs. */
import * as z from 'zod';

export const variant = z.object({
  name: z.string(),
  /** Largest error relative to the reference, its case, and the bound. */
  worst: z.number(),
  where: z.string(),
  bound: z.number(),
});
