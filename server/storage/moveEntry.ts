/** Moves or copies a file or a folder to a place where nothing is, on another disk too: whole, or not at all. */
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { copyContents } from './copyContents.ts';
import { removeAll, renamePatiently } from './patient.ts';
import { syncFile, syncFolder, temporaryName } from './writeAside.ts';

/** The caller makes sure that nobody else writes either place. */
export async function moveEntry(from: string, to: string): Promise<void> {
  await renamePatiently(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await copyEntry(from, to);
    await removeAll(from);
  });
}

export async function copyEntry(from: string, to: string): Promise<void> {
  const isFolder = (await lstat(from)).isDirectory();
  // Under either name, the clearing of leftovers knows what a killed process has left.
  const aside = isFolder ? join(dirname(to), `.incoming-${basename(to)}`) : temporaryName(to);
  try {
    await removeAll(aside);
    await copyAll(from, aside);
    await renamePatiently(aside, to);
  } catch (error) {
    await removeAll(aside).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(to));
}

async function copyAll(from: string, to: string): Promise<void> {
  const info = await lstat(from);
  if (info.isDirectory()) {
    await mkdir(to);
    for (const name of await readdir(from)) await copyAll(join(from, name), join(to, name));
    return await syncFolder(to);
  }
  // Created with its permissions: some files only their user may read.
  await (await open(to, 'wx', info.mode & 0o777)).close();
  await copyContents(from, to);
  await syncFile(to);
}
