/** Small files whose contents are worth less than a working editor, and are changed by reading, adding and writing. */
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { readIfThere } from './readIfThere.ts';

/** What a file of ours says of its format, where it says anything. */
const formatted = z.object({ format: z.int() });
const FORMAT = 1;

/**
 * null for a file that is not there, or is damaged: it may be begun anew.
 * @throws for one that must not be written over: the file system does not give it out for now (a scanner holds it, too many files are
 * open), or a newer version of this program wrote it
 */
export async function readKept<T>(path: string, mostBytes: number, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readIfThere(path, mostBytes);
  if (text === null) return null;
  const value = parseJson(text);
  if ((formatted.safeParse(value).data?.format ?? FORMAT) > FORMAT)
    throw new Error(`${path} was written by a newer Repotune. Update this one, or delete the file.`);
  return schema.safeParse(value).data ?? null;
}
