/** Parameters of the custom requests, checked. */
import * as z from 'zod';
import type { TuneParams, UseParams, WillAskParams } from '../protocol.ts';

/** Keys of every request that downloads. */
export const proxySettings = {
  proxy: z.string().exactOptional(),
  noProxy: z.array(z.string()).exactOptional(),
};

export const tuneParams: z.ZodType<TuneParams> = z.object({
  folder: z.string().min(1).exactOptional(),
  preset: z.enum(['quick', 'balanced', 'thorough']).exactOptional(),
  continueFrom: z.string().min(1).exactOptional(),
});

export const willAskParams: z.ZodType<WillAskParams> = z.object({
  uri: z.string(),
  position: z.object({ line: z.int().min(0), character: z.int().min(0) }),
});

export const useParams: z.ZodType<UseParams> = z.object({
  source: z.enum(['base', 'adapter']),
  adapterId: z.string().min(1).exactOptional(),
  force: z.boolean().exactOptional(),
});
