/**
 * Downloads base models from the hub: progress, resume after a broken connection or a restart, checksum, proxy. A file gets its own name
 * only if its sha256 is the known one, or the one the hub states (the Git LFS object id); until then it is `<name>.part`. A download is
 * refused if nobody states a hash, or if the hub's differs from the known one.
 */
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HUB_URL, pathsInfo } from '@huggingface/hub';
import * as z from 'zod';
import { fileSize } from '../common/format.ts';
import { networkReason } from '../downloads/networkReason.ts';
import { digestOf, FinalError, fillPart, type PartOptions, sizeOf, statusOf } from '../downloads/part.ts';
import { proxiedFetch } from '../downloads/proxiedFetch.ts';
import { restOf } from '../downloads/restOf.ts';
import type { ProxySettings } from '../protocol/models.ts';
import { fileProblem } from '../storage/fileErrors.ts';
import { freeBytes } from '../storage/freeBytes.ts';
import { renamePatiently } from '../storage/patient.ts';
import { syncFolder } from '../storage/writeAside.ts';
import { hubFetch } from './hubFetch.ts';
import { hubAddress } from './hubModels.ts';

export interface DownloadOptions extends PartOptions, ProxySettings {
  readonly repository: string;
  readonly file: string;
  readonly revision?: string;
  /** The file's required hash. */
  readonly sha256?: string;
  /** Final path. */
  readonly target: string;
  /** For tests and mirrors; else from HF_ENDPOINT, else the hub's own address. */
  readonly hubUrl?: string;
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
  try {
    const fetch = proxiedFetch(options);
    await mkdir(dirname(options.target), { recursive: true });
    const stated = await statedFile(options);
    if (!stated)
      return failed(`${options.repository} has no file ${options.file}. Check the name, or choose another model.`);
    if (options.sha256 !== undefined && (stated.sha256 ?? options.sha256) !== options.sha256)
      return failed(
        `${options.repository} offers a different ${options.file} than the known one (sha256 ${stated.sha256} instead of ${options.sha256}), so it was not downloaded. Check which hub is used, or choose another model.`,
      );
    const expected = options.sha256 ?? stated.sha256;
    if (expected === null)
      return failed(
        `${options.repository} states no sha256 for ${options.file}, so it cannot be checked and is not downloaded. Choose another model.`,
      );
    const url = addressOf(options);
    const kept = await sizeOf(part);
    const resumedFrom = kept <= stated.bytes ? kept : 0;
    const room = await freeBytes(dirname(options.target));
    if (room !== null && stated.bytes - kept > room) return failed(tooLarge(options, stated.bytes - kept, room));
    await fillPart(part, stated.bytes, (from) => restOf(url, from, stated.bytes, fetch, options.signal), options);
    const sha256 = await digestOf(part, 'sha256', 'hex', options.signal);
    if (sha256 !== expected) {
      await rm(part, { force: true });
      return failed(
        `${options.file} arrived damaged (sha256 ${sha256} instead of ${expected}). It was deleted; download it again.`,
      );
    }
    await renamePatiently(part, options.target);
    await syncFolder(dirname(options.target));
    return { kind: 'downloaded', path: options.target, sha256, bytes: stated.bytes, resumedFrom };
  } catch (error) {
    if (options.signal?.aborted) return { kind: 'cancelled' };
    return failed(explain(error, options));
  }
}

/** Repositories also have files outside the large file storage; other hubs may write a hash in capitals. */
const sha256 = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/)
  .nullable()
  .catch(null);
const entry = z.object({ type: z.literal('file'), path: z.string() });

/**
 * What the hub states about a file before it is downloaded; null if it has none of that name.
 * @throws if it cannot be reached, or does not state the file's length
 */
export async function statedFile(
  options: Omit<DownloadOptions, 'target'>,
): Promise<{ bytes: number; sha256: string | null } | null> {
  const found = await pathsInfo({ ...request(options), paths: [options.file] });
  const info = found.find((one) => entry.safeParse(one).data?.path === options.file);
  if (info === undefined) return null;
  const bytes = z.int().positive().safeParse(info.size);
  if (!bytes.success) throw new FinalError('the server states no length of it');
  return { bytes: bytes.data, sha256: sha256.parse(info.lfs?.oid) };
}

/** URL of the file itself; the hub redirects to its storage. */
function addressOf({ repository, file, revision = 'main', hubUrl = hubAddress() ?? HUB_URL }: DownloadOptions): string {
  const path = file.split('/').map(encodeURIComponent).join('/');
  return `${hubUrl}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
}

function request(options: Omit<DownloadOptions, 'target'>) {
  const hubUrl = options.hubUrl ?? hubAddress();
  return {
    repo: options.repository,
    fetch: hubFetch('list', options, options.signal),
    ...(options.revision ? { revision: options.revision } : {}),
    ...(hubUrl ? { hubUrl } : {}),
  };
}

/** Checked before a disk is filled up, which would hit everything else that writes to it. */
function tooLarge({ file, target }: DownloadOptions, bytes: number, room: number): string {
  return `There is no room for ${file}: ${fileSize(bytes)} are still to come, and ${fileSize(room)} are free in ${dirname(target)}. Free some space, or choose a smaller model.`;
}

function explain(error: unknown, options: DownloadOptions): string {
  const status = statusOf(error);
  const text = networkReason(error);
  const problem = fileProblem(error);
  if (problem?.kind === 'full')
    return `There is no room left for ${options.file} on the disk, or in your quota of it. Free some space and download again: what arrived is kept.`;
  if (problem !== null) return problem.sentence;
  if (status === 401 || status === 403)
    return `${options.repository} needs an account that accepted its licence. Download the file with that account and choose it as a GGUF file, or choose another model.`;
  if (status === 404) return `${options.repository} was not found on the hub. Check the name, or choose another model.`;
  return `${options.file} could not be downloaded (${text}). Check the connection and proxy, then download again: what arrived is kept.`;
}

function failed(message: string): DownloadOutcome {
  return { kind: 'failed', message };
}
