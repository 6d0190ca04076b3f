import { statfs } from 'node:fs/promises';

/** Bytes the user can still write to the disk of `folder`; null if the system does not say. */
export async function freeBytes(folder: string): Promise<number | null> {
  const { bavail, bsize, blocks } = await statfs(folder).catch(() => ({ bavail: 0, bsize: 0, blocks: 0 }));
  return blocks > 0 ? bavail * bsize : null;
}
