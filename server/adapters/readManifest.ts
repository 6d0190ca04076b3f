/** A version's description of itself, as it is stored: a `.git` may come from somebody else's archive, or have been used by a newer release. */
import { join } from 'node:path';
import { parseWithoutControls } from '../common/controls.ts';
import { type Manifest, manifestSchema } from '../protocol/manifest.ts';
import { NewerRelease } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { isFromNewer, whyInvalid } from './invalid.ts';

/** Larger files are refused before they are read. */
export const MOST_MANIFEST_BYTES = 256 * 1024;

/** @throws with what is wrong with it; {@link NewerRelease} if a newer one wrote it */
export async function readManifest(versions: string, id: string): Promise<Manifest> {
  const value = jsonIn(await readBounded(join(versions, id, 'manifest.json'), MOST_MANIFEST_BYTES));
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const problem = `its manifest ${whyInvalid(value, parsed.error)}`;
    throw isFromNewer(value) ? new NewerRelease(problem) : new Error(problem, { cause: parsed.error });
  }
  if (parsed.data.id !== id) throw new Error(`its manifest belongs to ${parsed.data.id}`);
  return parsed.data;
}

function jsonIn(text: string): unknown {
  try {
    return parseWithoutControls(text);
  } catch (error) {
    throw new Error('its manifest is not JSON', { cause: error });
  }
}
