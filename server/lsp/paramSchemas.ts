/** Parameters of the custom requests, checked. */
import * as z from 'zod';
import type { ChooseFolderParams, StopParams, TuneParams, UseParams } from '../protocol/index.ts';

/** Keys of every request that downloads. */
export const proxySettings = {
  proxy: z.string().exactOptional(),
  noProxy: z.array(z.string()).exactOptional(),
};

/** Key of every request that works on one folder. */
export const folderKey = { folder: z.string().min(1).exactOptional() };
export const inFolder = z.object(folderKey);

export const chooseFolderParams: z.ZodType<ChooseFolderParams> = z.object({ folder: z.string().min(1) });

/** The folder a client has chosen already, in its initialization options; null without one. */
export function chosenAtStart(options: unknown): string | null {
  const parsed = inFolder.safeParse(options);
  return (parsed.success ? parsed.data.folder : null) ?? null;
}

/** Key of what is said to a run. */
export const runKey = { runId: z.string().min(1).exactOptional() };
export const stopParams: z.ZodType<StopParams> = z.object(runKey);

export const tuneParams: z.ZodType<TuneParams> = z.object({
  ...folderKey,
  preset: z.enum(['quick', 'balanced', 'thorough']).exactOptional(),
  continueFrom: z.string().min(1).exactOptional(),
});

export const useParams: z.ZodType<UseParams> = z.object({
  source: z.enum(['base', 'adapter']),
  adapterId: z.string().min(1).exactOptional(),
  force: z.boolean().exactOptional(),
  ...folderKey,
});
