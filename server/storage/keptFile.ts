/** Small files whose contents matter less than a working editor, updated by reading, adding and writing. */
import type * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { requireKnownFormat } from './newerRelease.ts';
import { readIfThere } from './readIfThere.ts';

/**
 * null for a missing or damaged file, which may be started anew.
 * @throws for one that must not be overwritten: the file system withholds it for now (a scanner holds it, too many files are open), or a
 * newer version of this program wrote it
 */
export async function readKept<T>(path: string, mostBytes: number, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readIfThere(path, mostBytes);
  if (text === null) return null;
  const value = parseJson(text);
  requireKnownFormat(path, value);
  return schema.safeParse(value).data ?? null;
}
