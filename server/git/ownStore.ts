/**
 * Checks a store before anything in it is read, written or deleted: a `.git` may come from somebody else's archive, and a link in it could
 * lead to any folder of the user's.
 */
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { kindOf } from '../storage/entryKind.ts';
import { GitError } from './errors.ts';

/** `versions/<id>/adapter.gguf`. The contents of `share.git` are checked by whoever opens it. */
const DEPTH = 3;
const ELSEWHERE: ReadonlySet<string> = new Set(['share.git']);

/** @throws {GitError} `refused` unless the store does not exist yet, or is a folder of the user's own without any links. */
export async function requireOwnStore(dir: string): Promise<void> {
  const info = await lstat(dir).catch(absent);
  if (info === null) return;
  if (info.isSymbolicLink()) throw linked(dir);
  if (!info.isDirectory())
    throw new GitError(
      'refused',
      `${dir} is not a folder, so adapters cannot be kept there. Remove it, and try again.`,
    );
  await requireOwner(dir, info);
  await requireNoLinks(dir, DEPTH);
}

/** The owner of the enclosing folder, which git has accepted, may own it too, as on mounted disks. */
async function requireOwner(dir: string, { uid }: Stats): Promise<void> {
  const me = process.getuid?.();
  if (me === undefined || uid === me || uid === (await stat(dirname(dir))).uid) return;
  throw new GitError(
    'refused',
    `${dir} belongs to another user, so nothing is read or written there. Remove it, or make it yours, and try again.`,
  );
}

async function requireNoLinks(dir: string, depth: number): Promise<void> {
  const entries: Dirent[] = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // It has been deleted meanwhile.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const path = join(dir, entry.name);
    const kind = await kindOf(entry, path);
    if (kind.isSymbolicLink()) throw linked(path);
    if (depth > 1 && kind.isDirectory() && !ELSEWHERE.has(entry.name)) await requireNoLinks(path, depth - 1);
  }
}

function linked(path: string): GitError {
  return new GitError(
    'refused',
    `${path} is a link, so nothing is read or written in this store of adapters. Remove the link, and try again.`,
  );
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
