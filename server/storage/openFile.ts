/** Opens what was listed as a file, and may be something else by now. */
import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';

const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * A descriptor for reading; the caller closes it. Links are not followed, pipes do not block, and devices are not opened.
 * @throws the file system's error, or one saying that it is not a file.
 */
export function openFile(path: string): number {
  if (!lstatSync(path).isFile()) throw new Error(`${path} is not a file`);
  const file = openSync(path, FLAGS);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error(`${path} is not a file`);
}
