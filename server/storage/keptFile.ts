/** Small files whose contents matter less than a working editor, updated by reading, adding and writing. */
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { readIfThere } from './readIfThere.ts';

/** The format of our files, if they state one. */
const formatted = z.object({ format: z.int() });
const FORMAT = 1;

/**
 * null for a missing or damaged file, which may be started anew.
 * @throws for one that must not be overwritten: the file system withholds it for now (a scanner holds it, too many files are open), or a
 * newer version of this program wrote it
 */
export async function readKept<T>(path: string, mostBytes: number, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readIfThere(path, mostBytes);
  if (text === null) return null;
  const value = parseJson(text);
  if ((formatted.safeParse(value).data?.format ?? FORMAT) > FORMAT)
    throw new Error(`${path} was written by a newer Repotune. Update this one, or delete the file.`);
  return schema.safeParse(value).data ?? null;
}
