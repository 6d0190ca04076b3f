/** Reads a file in an untrusted folder: a `.git` may come from somebody else's archive. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Checks its size before reading; a pipe in its place does not block.
 * @throws the file system's error, or one for the user if it is not a file or exceeds `mostBytes`.
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
