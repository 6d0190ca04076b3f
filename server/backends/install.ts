/** Downloads a GPU plug-in: resumed after interruptions, and checked by hash before anything is unpacked. */
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { extract } from 'tar';
import type { BackendDownload } from '../common/backendCatalogue.ts';
import { messageOf } from '../common/messageOf.ts';
import { networkReason } from '../downloads/networkReason.ts';
import { digestOf, fillPart, type PartOptions } from '../downloads/part.ts';
import { proxiedFetch } from '../downloads/proxiedFetch.ts';
import { restOf } from '../downloads/restOf.ts';
import type { ProxySettings } from '../protocol/models.ts';
import { fileProblem, messageFor } from '../storage/fileErrors.ts';
import { takeLock } from '../storage/lock.ts';
import { removeAll, renamePatiently } from '../storage/patient.ts';
import { syncFolder } from '../storage/writeAside.ts';

export interface InstallOptions extends PartOptions, ProxySettings {
  /** URL of the archive. */
  readonly url: string;
  /** Destination of the plug-in. */
  readonly target: string;
}

export type InstallOutcome =
  | { readonly kind: 'installed'; readonly path: string }
  | { readonly kind: 'cancelled' }
  /** `message` says what to do. */
  | { readonly kind: 'failed'; readonly message: string };

export async function installBackend(download: BackendDownload, options: InstallOptions): Promise<InstallOutcome> {
  const { target, url } = options;
  try {
    await mkdir(dirname(target), { recursive: true });
    const lock = await takeLock(lockOf(target), 'download');
    if (lock.kind === 'busy')
      return failed(`${url} is being downloaded already (process ${lock.holder.pid}): wait for it.`);
    try {
      return await install(download, options);
    } finally {
      await lock.release();
    }
  } catch (error) {
    return failed(messageFor(error));
  }
}

/** Deletes the plug-in and partial downloads of others. @returns whether there was any. Rejects with a message for the user. */
export async function removeBackend(target: string): Promise<boolean> {
  const folder = dirname(target);
  const own = async (): Promise<string[]> =>
    (await readdir(folder).catch(() => [])).filter(
      (name) => name === basename(target) || (name.startsWith(`${basename(target)}.`) && name.endsWith(PART)),
    );
  if ((await own()).length === 0) return false;
  const lock = await takeLock(lockOf(target), 'deleting a backend');
  if (lock.kind === 'busy')
    throw new Error(`${target} is being downloaded (process ${lock.holder.pid}): wait for it, or cancel it first.`);
  try {
    for (const name of await own()) await rm(join(folder, name), { force: true });
    return true;
  } finally {
    await lock.release();
  }
}

const PART = '.tgz.part';

function lockOf(target: string): string {
  return `${target}.lock`;
}

async function install(download: BackendDownload, options: InstallOptions): Promise<InstallOutcome> {
  const { target, url, signal } = options;
  // Each archive has its own partial file: two have the same destination.
  const archive = `${target}.${download.name}${PART}`;
  const unpacked = `${target}.new`;
  let hasArrived = false;
  try {
    const fetch = proxiedFetch(options);
    await fillPart(archive, download.bytes, (from) => restOf(url, from, download.bytes, fetch, signal), options);
    if ((await digestOf(archive, 'sha512', 'base64', signal)) !== download.sha512) {
      await rm(archive, { force: true });
      return failed(`${url} arrived damaged (its sha512 is not the known one). It was deleted; try again.`);
    }
    hasArrived = true;
    if (!(await extractEntry(archive, download.entry, unpacked)))
      return failed(`${url} does not hold ${download.entry}: install a newer Repotune.`);
    await renamePatiently(unpacked, target);
    // Before the archive goes: a power failure would leave neither.
    await syncFolder(dirname(target));
    await rm(archive, { force: true });
    return { kind: 'installed', path: target };
  } catch (error) {
    if (signal?.aborted) return { kind: 'cancelled' };
    const problem = fileProblem(error);
    if (problem !== null) return failed(problem.sentence);
    // Its hash is the known one, so it would arrive the same again.
    if (hasArrived) return failed(`${url} cannot be unpacked (${messageOf(error)}): install a newer Repotune.`);
    return failed(`${url} could not be downloaded (${networkReason(error)}). Try again: what has arrived is kept.`);
  } finally {
    await removeAll(unpacked);
  }
}

/** Unpacks one file of the archive to `target` and flushes it to disk. Returns whether the archive has it; rejects if it is damaged. */
async function extractEntry(archive: string, entry: string, target: string): Promise<boolean> {
  const folder = `${target}.folder`;
  try {
    await mkdir(folder, { recursive: true });
    const strip = entry.split('/').length - 1;
    await extract({ file: archive, cwd: folder, strip, strict: true, filter: (path) => path === entry });
    await renamePatiently(`${folder}/${basename(entry)}`, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  } finally {
    await removeAll(folder);
  }
  const file = await open(target, 'r+');
  await file.sync().finally(() => file.close());
  return true;
}

function failed(message: string): InstallOutcome {
  return { kind: 'failed', message };
}
