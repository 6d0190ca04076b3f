/**
 * Base models from the hub: progress, resume after a cut connection or a restart, checksum, proxy. A file appears under its
 * own name only when its sha256 is the one the hub states for it (the Git LFS object id); until then it is `<name>.part`.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { downloadFile, pathsInfo } from '@huggingface/hub';
import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent, fetch as undiciFetch } from 'undici';

export interface DownloadOptions {
  readonly repository: string;
  readonly file: string;
  readonly revision?: string;
  /** Final path. */
  readonly target: string;
  /** For tests and mirrors; the hub's own address otherwise. */
  readonly hubUrl?: string;
  /** e.g. `http://proxy:3128`; without it the environment's HTTP(S)_PROXY and NO_PROXY hold. */
  readonly proxy?: string;
  readonly accessToken?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** How often a cut connection is taken up again without any new byte arriving, and the wait before the first retry. */
  readonly retries?: number;
  readonly retryDelayMs?: number;
}

export type DownloadOutcome =
  | {
      readonly kind: 'downloaded';
      readonly path: string;
      readonly sha256: string;
      readonly bytes: number;
      readonly resumedFrom: number;
    }
  | { readonly kind: 'cancelled' }
  /** `message` says what to do; a part worth keeping is kept. */
  | { readonly kind: 'failed'; readonly message: string };

export async function downloadModel(options: DownloadOptions): Promise<DownloadOutcome> {
  const part = `${options.target}.part`;
  const fetch = proxiedFetch(options.proxy);
  try {
    await mkdir(dirname(options.target), { recursive: true });
    const stated = await statedFile(options, fetch);
    if (!stated)
      return failed(`${options.repository} has no file ${options.file}. Check the name, or choose another model.`);
    const kept = await sizeOf(part);
    const resumedFrom = kept <= stated.bytes ? kept : 0;
    if (kept > stated.bytes) await rm(part);
    await fill(part, stated.bytes, options, fetch);
    const sha256 = await sha256Of(part);
    if (stated.sha256 !== null && sha256 !== stated.sha256) {
      await rm(part, { force: true });
      return failed(
        `${options.file} arrived damaged (sha256 ${sha256}, the hub states ${stated.sha256}). It was deleted; download it again.`,
      );
    }
    await rename(part, options.target);
    return { kind: 'downloaded', path: options.target, sha256, bytes: stated.bytes, resumedFrom };
  } catch (error) {
    if (options.signal?.aborted) return { kind: 'cancelled' };
    return failed(explain(error, options));
  }
}

export type Fetch = typeof globalThis.fetch;

/** undici's fetch takes a dispatcher; its types are its own, its behaviour the platform's. */
export function proxiedFetch(proxy: string | undefined): Fetch {
  const dispatcher: Dispatcher = proxy ? new ProxyAgent(proxy) : new EnvHttpProxyAgent();
  const call = undiciFetch as unknown as (input: Parameters<Fetch>[0], init: object) => Promise<Response>;
  return (input, init) => call(input, { ...init, dispatcher });
}

/** What the hub says of a file before anything is downloaded; null when it has none of that name. */
export async function statedFile(
  options: Omit<DownloadOptions, 'target'>,
  fetch: Fetch = proxiedFetch(options.proxy),
): Promise<{ bytes: number; sha256: string | null } | null> {
  const [info] = await pathsInfo({ ...request(options, withSignal(fetch, options.signal)), paths: [options.file] });
  if (info?.type !== 'file') return null;
  return { bytes: info.size, sha256: info.lfs?.oid ?? null };
}

/** Appends to `part` until it has all bytes; a cut connection is taken up where it ended, with growing waits. */
async function fill(part: string, totalBytes: number, options: DownloadOptions, fetch: Fetch): Promise<void> {
  const retries = options.retries ?? 5;
  for (let failures = 0; ; ) {
    const before = await sizeOf(part);
    if (before === totalBytes) return;
    try {
      await append(part, before, totalBytes, options, fetch);
    } catch (error) {
      if (options.signal?.aborted || isFinal(error)) throw error;
      const after = await sizeOf(part);
      failures = after > before ? 0 : failures + 1;
      if (failures > retries) throw error;
      await sleep(
        (options.retryDelayMs ?? 1000) * 2 ** failures,
        undefined,
        options.signal ? { signal: options.signal } : {},
      );
    }
  }
}

async function append(
  part: string,
  from: number,
  totalBytes: number,
  options: DownloadOptions,
  fetch: Fetch,
): Promise<void> {
  const blob = await downloadFile({
    ...request(options, withSignal(fetch, options.signal)),
    path: options.file,
    xet: false,
  });
  if (!blob) throw new HubError('the file is gone from the hub');
  const handle = await open(part, from === 0 ? 'w' : 'r+');
  try {
    let at = from;
    let reportedAtMs = 0;
    for await (const chunk of blob.slice(from).stream()) {
      await handle.write(chunk, 0, chunk.byteLength, at);
      at += chunk.byteLength;
      if (at > totalBytes) throw new HubError('the hub sent more bytes than it stated');
      if (Date.now() - reportedAtMs >= 250 || at === totalBytes) {
        reportedAtMs = Date.now();
        options.onProgress?.(at, totalBytes);
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function request(options: Omit<DownloadOptions, 'target'>, fetch: Fetch) {
  return {
    repo: options.repository,
    fetch,
    ...(options.revision ? { revision: options.revision } : {}),
    ...(options.hubUrl ? { hubUrl: options.hubUrl } : {}),
    ...(options.accessToken ? { accessToken: options.accessToken } : {}),
  };
}

function withSignal(fetch: Fetch, signal: AbortSignal | undefined): Fetch {
  return signal ? (input, init) => fetch(input, { ...init, signal }) : fetch;
}

/** A fault that trying again cannot mend. */
class HubError extends Error {}

function isFinal(error: unknown): boolean {
  const status = statusOf(error);
  return (
    error instanceof HubError ||
    (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429) ||
    codeOf(error) === 'ENOSPC'
  );
}

function explain(error: unknown, options: DownloadOptions): string {
  const status = statusOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (codeOf(error) === 'ENOSPC')
    return `The disk is full while saving ${options.file}. Free some space and download again: what arrived is kept.`;
  if (status === 401 || status === 403)
    return `${options.repository} needs an account that accepted its licence. Set an access token, or choose another model.`;
  if (status === 404) return `${options.repository} was not found on the hub. Check the name, or choose another model.`;
  return `${options.file} could not be downloaded (${text}). Check the connection and proxy, then download again: what arrived is kept.`;
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function failed(message: string): DownloadOutcome {
  return { kind: 'failed', message };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
