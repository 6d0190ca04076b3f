/** Downloads a GPU plug-in: taken up where it was cut, checked by hash before anything of it is unpacked. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fetch, proxiedFetch } from '../models/download.ts';
import type { BackendDownload } from './catalogue.ts';
import { extractEntry } from './tarEntry.ts';

export interface InstallOptions {
  /** Where the plug-in goes. */
  readonly target: string;
  /** e.g. `http://proxy:3128`; without it the environment's HTTP(S)_PROXY and NO_PROXY hold. */
  readonly proxy?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly retries?: number;
  readonly retryDelayMs?: number;
}

export type InstallOutcome =
  | { readonly kind: 'installed'; readonly path: string }
  | { readonly kind: 'cancelled' }
  /** `message` says what to do. */
  | { readonly kind: 'failed'; readonly message: string };

export async function installBackend(download: BackendDownload, options: InstallOptions): Promise<InstallOutcome> {
  const archive = `${options.target}.tgz.part`;
  const unpacked = `${options.target}.new`;
  try {
    await mkdir(dirname(options.target), { recursive: true });
    await fetchArchive(download, archive, options);
    const sha512 = await sha512Of(archive);
    if (sha512 !== download.sha512) {
      await rm(archive, { force: true });
      return failed(`${download.url} arrived damaged (its sha512 is not the known one). It was deleted; try again.`);
    }
    if (!(await extractEntry(archive, download.entry, unpacked)))
      return failed(`${download.url} does not hold ${download.entry}: install a newer Repotune.`);
    await rename(unpacked, options.target);
    await rm(archive, { force: true });
    return { kind: 'installed', path: options.target };
  } catch (error) {
    await rm(unpacked, { force: true });
    if (options.signal?.aborted) return { kind: 'cancelled' };
    const reason = error instanceof Error ? error.message : String(error);
    return failed(`${download.url} could not be downloaded (${reason}). Try again: what has arrived is kept.`);
  }
}

/** Until all bytes are there; a cut connection is taken up where it ended, with growing waits. */
async function fetchArchive(download: BackendDownload, archive: string, options: InstallOptions): Promise<void> {
  const fetch = proxiedFetch(options.proxy);
  const { retries = 5, retryDelayMs = 1000 } = options;
  for (let failures = 0; ; ) {
    const before = await sizeOf(archive);
    if (before >= download.bytes) return;
    try {
      await append(download, archive, before, fetch, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      failures = (await sizeOf(archive)) > before ? 0 : failures + 1;
      if (failures > retries) throw error;
      await sleep(retryDelayMs * 2 ** failures, undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

async function append(
  download: BackendDownload,
  archive: string,
  from: number,
  fetch: Fetch,
  { signal, onProgress }: InstallOptions,
): Promise<void> {
  const headers = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await fetch(download.url, { headers, ...(signal ? { signal } : {}) });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  // A server that knows no ranges sends all of it again.
  const resumed = response.status === 206;
  let done = resumed ? from : 0;
  const file = await open(archive, resumed ? 'a' : 'w');
  try {
    for await (const chunk of response.body) {
      await file.writeFile(chunk);
      done += chunk.length;
      onProgress?.(done, download.bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sha512Of(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('base64');
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function failed(message: string): InstallOutcome {
  return { kind: 'failed', message };
}
