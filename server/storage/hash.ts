import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { noModelFile } from './fileErrors.ts';

/** Lower-case hex. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

const known = new Map<string, Promise<string>>();

/**
 * As {@link sha256File}, cached while size and change time stay the same: base models, and their layout adapters, are read once per
 * process, however many callers ask at the same time.
 * @throws with a message for the user if the file is missing
 */
export async function sha256OfModel(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(noModelFile(path, error), { cause: error });
  });
  const key = `${path}\0${size}\0${mtimeMs}`;
  const hash = known.get(key) ?? sha256File(path);
  known.set(key, hash);
  // A failed read may succeed another time.
  hash.catch(() => known.delete(key));
  return await hash;
}
