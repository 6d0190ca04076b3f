/**
 * A remote on this disk is a repository with hooks and a configuration, which git runs as it pushes there. A repository out of an archive
 * can name as its remote one that it brought along.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathWithin } from '../common/pathWithin.ts';
import type { WorkTree } from '../git/repository.ts';

/** Why this address out of a repository's own configuration is not taken; null if it is, as all are that name no file. */
export async function broughtAlong(tree: WorkTree, url: string): Promise<string | null> {
  const written = /^file:\/\/(?:localhost(?=\/))?(.*)$/is.exec(url)?.[1];
  if (written === undefined) return null;
  // Not as a URL, whose parser takes /link/.. for / where the system follows the link.
  let path: string;
  try {
    path = decodeURIComponent(written);
  } catch {
    return 'it is not a valid URL';
  }
  // An archive's author does not know where it is unpacked: these lead to wherever git is started (but not the files in memory).
  if (path.split(/[/\\]/).includes('..') || /^[/\\.]*[/\\](?:proc|dev)[/\\](?!shm\/)/i.test(path))
    return 'where it leads depends on who follows it';
  const there = await existing(process.platform === 'win32' ? path.replace(/^\/(?=[a-z]:)/i, '') : path);
  const { root, commonDir } = tree;
  // Of a linked work tree, the main one belongs to it too.
  for (const own of [root, basename(commonDir) === '.git' ? dirname(commonDir) : commonDir])
    if (pathWithin(await existing(own), there) !== null)
      return 'it lies in the repository itself, whose hooks and settings there would run';
  return null;
}

/** The file behind the links in a path, whose last parts may not exist: git also tries it with an ending. */
async function existing(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  const parent = dirname(path);
  if (real !== null || parent === path) return real ?? path;
  return join(await existing(parent), path.slice(parent.length));
}
