/** What the bench keeps in its folder: places, and what an arm did at each. */
import * as z from 'zod';
import type { EditExample } from '../../server/mining/edits/examples.ts';
import { WorkFolder } from '../workFolder.ts';

const lines = z.array(z.string());
const change = z.object({ path: z.string(), line: z.number(), before: lines, after: lines });

const place = z.object({
  situation: z.object({
    path: z.string(),
    lines,
    region: z.object({ from: z.number(), to: z.number() }),
    recent: z.array(change),
    related: z.array(z.object({ path: z.string(), text: z.string() })),
  }),
  updated: lines,
  kind: z.enum(['edit', 'half-typed', 'no-edit']),
  commit: z.string(),
  path: z.string(),
  /** What decides when to keep silent, and what is reported: no commit is in both. */
  half: z.enum(['calibration', 'report']),
});
export type EditPlace = z.infer<typeof place> & EditExample;

const found = z.object({
  /** The region as it was written, whatever is shown of it; null where the answer did not end. */
  answer: lines.nullable(),
  /** Why nothing would be shown however sure the model is; '' where something would be. */
  silent: z.string(),
  /** Probability of the least likely token; of a plain program 1. */
  sureness: z.number(),
  promptTokens: z.number(),
  generatedTokens: z.number(),
  /** Forward passes behind the prompt. */
  passes: z.number(),
  ms: z.number(),
  /** Of the engine's process, all of its threads: what a machine that does other things cannot lengthen much. */
  cpuMs: z.number(),
});
export type Found = z.infer<typeof found>;

export function openWork(path: string): WorkFolder<EditPlace, Found> {
  return new WorkFolder(path, { place, found });
}
