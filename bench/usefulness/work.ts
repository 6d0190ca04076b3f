/** What the bench stores in its folder: places, and an arm's result at each. */
import * as z from 'zod';
import { WorkFolder } from '../workFolder.ts';
import type { UsefulPlace } from './places.ts';

export const found = z.object({
  /** '' if nothing was offered, whatever the confidence. */
  text: z.string(),
  /** Why nothing was offered; '' if something was. */
  silent: z.string(),
  /** Mean log probability per token; null if nothing was offered. */
  confidence: z.number().nullable(),
  exact: z.boolean(),
  firstLine: z.boolean(),
  similarity: z.number(),
  /** Characters before the first wrong one. */
  kept: z.number(),
  syntaxValid: z.boolean().nullable(),
  /** Loss of what was really written there. */
  nll: z.number(),
  bytes: z.number(),
  /** The part of the loss that is knowing where the text ends; null if it was cut. Missing in earlier versions' results. */
  end: z.number().nullable().default(null),
  promptTokens: z.number(),
  /** Number of its file among those of the run: places of one file are alike. null where it is not known, as in earlier versions' results. */
  file: z.number().nullable().default(null),
  /** For a text of several lines, its first line by itself; null if it cannot stand alone. Missing in earlier versions' results. */
  alone: z
    .object({ exact: z.boolean(), similarity: z.number(), syntaxValid: z.boolean().nullable() })
    .nullable()
    .default(null),
});
export type Found = z.infer<typeof found>;

const place = z.object({
  path: z.string(),
  language: z.string(),
  kind: z.string(),
  split: z.enum(['train', 'held-out']),
  commit: z.string(),
  startByte: z.number(),
  endByte: z.number(),
  prefix: z.string(),
  middle: z.string(),
  suffix: z.string(),
  context: z.string(),
  placeKind: z.enum(['line-end', 'inside-line', 'block', 'body']),
  set: z.enum(['file', 'time']),
}) satisfies z.ZodType<UsefulPlace>;

export function openWork(path: string): WorkFolder<UsefulPlace, Found> {
  return new WorkFolder(path, { place, found });
}
