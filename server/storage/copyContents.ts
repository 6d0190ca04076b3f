import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Copies a file without its permissions, which Node's own copies set last: a drive that has none, such as one shared over SMB or the Windows
 * disk in WSL, refuses that, and with it the copy.
 */
export async function copyContents(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), createWriteStream(to));
}
