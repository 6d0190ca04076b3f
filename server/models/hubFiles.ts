/** What a repository on the hub offers: its GGUF models, their sizes, its licence. */
import { listFiles, modelInfo } from '@huggingface/hub';
import * as z from 'zod';
import { networkReason } from '../downloads/networkReason.ts';
import { statusOf } from '../downloads/part.ts';
import { proxiedFetch } from '../downloads/proxiedFetch.ts';
import type { HubFiles } from '../protocol/index.ts';
import type { ProxySettings } from '../protocol/models.ts';
import { hubAddress, isHubFile, namedOnHub } from './hubModels.ts';

const card = z.object({ license: z.string().catch('') }).catch({ license: '' });

export interface HubFilesOptions extends ProxySettings {
  readonly hubUrl?: string;
  readonly signal?: AbortSignal;
}

export async function hubFiles(named: string, options: HubFilesOptions = {}): Promise<HubFiles> {
  const wanted = namedOnHub(named);
  if (wanted === null)
    return { kind: 'failed', message: `${named} is not a repository. Enter owner/name, or its address on the hub.` };
  const { repository, file: only } = wanted;
  try {
    const { signal } = options;
    const proxied = proxiedFetch(options);
    const hubUrl = options.hubUrl ?? hubAddress();
    const shared = {
      fetch: ((input, init) => proxied(input, signal ? { ...init, signal } : init)) as typeof proxied,
      ...(hubUrl ? { hubUrl } : {}),
    };
    const files: { id: string; file: string; bytes: number }[] = [];
    for await (const { type, path, size } of listFiles({ repo: repository, ...shared }))
      if (type === 'file' && isHubFile(path) && (only === null || path === only))
        files.push({ id: `${repository}/${path}`, file: path, bytes: size });
    if (files.length === 0)
      return {
        kind: 'failed',
        message: only
          ? `${repository} has no file ${only}. Check the name, or leave the file out to see what there is.`
          : `${repository} has no GGUF model in one file. Look for its GGUF repository on the hub.`,
      };
    const { cardData } = await modelInfo({ name: repository, additionalFields: ['cardData'], ...shared });
    files.sort((a, b) => a.bytes - b.bytes);
    return { kind: 'files', repository, license: card.parse(cardData).license, files };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { kind: 'failed', message: explain(error, repository) };
  }
}

function explain(error: unknown, repository: string): string {
  const status = statusOf(error);
  // The hub answers so for names it does not have, too.
  if (status === 401 || status === 403 || status === 404)
    return `${repository} was not found on the hub, or needs an account. Check the name.`;
  const text = networkReason(error);
  return `${repository} could not be looked up (${text}). Check the connection and proxy, then try again.`;
}
