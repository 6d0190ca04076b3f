/** Contents of a file whose folder may come from anywhere: a `.git` can come out of somebody's archive. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Its size is looked at before it is read, and a pipe in its place is not waited for.
 * @throws the file system's error, or one for the user when it is no file or has more than `mostBytes`.
 */
export async function readBounded(path: string, mostBytes: number): Promise<string> {
  return (await readBoundedBytes(path, mostBytes)).toString('utf8');
}

/** As {@link readBounded}, as bytes. */
export async function readBoundedBytes(path: string, mostBytes: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new Error(`${path} is not a file`);
    if (info.size > mostBytes) throw new Error(`${path} has ${info.size} bytes, more than the ${mostBytes} allowed`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
