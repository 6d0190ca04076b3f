import type { Dirent, Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';

export type EntryKind = Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;

/**
 * What an entry of a listing is. On Windows a listing calls a link whatever has a reparse point: all that OneDrive keeps, and deduplicated
 * files. `lstat` tells them from links.
 */
export async function kindOf(entry: Dirent, path: string): Promise<EntryKind> {
  // Gone meanwhile: a link, as it was listed.
  return entry.isSymbolicLink() ? await lstat(path).catch(() => entry) : entry;
}
