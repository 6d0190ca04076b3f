/** What the bench stores in its folder: places, and an arm's result at each. */
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
  /** Either calibrates when to stay silent, or is reported: no commit is in both. */
  half: z.enum(['calibration', 'report']),
});
export type EditPlace = z.infer<typeof place> & EditExample;

const found = z.object({
  /** The region as the arm wrote it, shown or not; null if the answer did not end. */
  answer: lines.nullable(),
  /** Why nothing would be shown however sure the model is; '' if something would be. */
  silent: z.string(),
  /** Probability of the least likely token; 1 for a plain program. */
  sureness: z.number(),
  promptTokens: z.number(),
  generatedTokens: z.number(),
  /** Forward passes after the prompt. */
  passes: z.number(),
  ms: z.number(),
  /** CPU time of the engine process, all threads: hardly affected by a busy machine. */
  cpuMs: z.number(),
});
export type Found = z.infer<typeof found>;

export function openWork(path: string): WorkFolder<EditPlace, Found> {
  return new WorkFolder(path, { place, found });
}
