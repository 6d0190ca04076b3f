/** What the bench keeps in its folder: places, and what an arm found at each. */
import * as z from 'zod';
import { WorkFolder } from '../workFolder.ts';
import type { UsefulPlace } from './places.ts';

export const found = z.object({
  /** '' where nothing was offered, whatever the confidence. */
  text: z.string(),
  /** Why nothing was offered; '' where something was. */
  silent: z.string(),
  /** Mean log probability of a token; null where nothing was offered. */
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
  promptTokens: z.number(),
  /** Of a text of several lines, its first one by itself; null where it cannot stand alone. Missing in what earlier versions found. */
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
