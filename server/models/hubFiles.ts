/** Contents of a repository on the hub: its GGUF models, their sizes, its licence. */
import { listFiles, modelInfo } from '@huggingface/hub';
import * as z from 'zod';
import { withoutControls } from '../common/controls.ts';
import { networkReason } from '../downloads/networkReason.ts';
import { statusOf } from '../downloads/part.ts';
import type { HubFiles } from '../protocol/index.ts';
import type { ProxySettings } from '../protocol/models.ts';
import { hubFetch } from './hubFetch.ts';
import { hubAddress, isHubFile, namedOnHub } from './hubModels.ts';

/** The hub's own names are short, but a repository's owner may enter another. */
const MOST_LICENCE_CHARS = 100;
const licence = z.string().transform((text) => withoutControls(text.slice(0, MOST_LICENCE_CHARS)));
const card = z.object({ license: licence.catch('') }).catch({ license: '' });
const fileEntry = z.object({ type: z.literal('file'), path: z.string(), size: z.int().positive() });

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
    const hubUrl = options.hubUrl ?? hubAddress();
    const asked = (shape: 'list' | 'object') => ({
      fetch: hubFetch(shape, options, signal),
      ...(hubUrl ? { hubUrl } : {}),
    });
    const files: { id: string; file: string; bytes: number }[] = [];
    for await (const listed of listFiles({ repo: repository, ...asked('list') })) {
      const { path, size } = fileEntry.safeParse(listed).data ?? { path: '', size: 0 };
      if (isHubFile(path) && (only === null || path === only))
        files.push({ id: `${repository}/${path}`, file: path, bytes: size });
    }
    if (files.length === 0)
      return {
        kind: 'failed',
        message: only
          ? `${repository} has no file ${only}. Check the name, or leave the file out to see what there is.`
          : `${repository} has no GGUF model in one file. Look for its GGUF repository on the hub.`,
      };
    const { cardData } = await modelInfo({ name: repository, additionalFields: ['cardData'], ...asked('object') });
    files.sort((a, b) => a.bytes - b.bytes);
    return { kind: 'files', repository, license: card.parse(cardData).license, files };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { kind: 'failed', message: explain(error, repository) };
  }
}

function explain(error: unknown, repository: string): string {
  const status = statusOf(error);
  // The hub answers so for unknown names, too.
  if (status === 401 || status === 403 || status === 404)
    return `${repository} was not found on the hub, or needs an account. Check the name.`;
  const text = networkReason(error);
  return `${repository} could not be looked up (${text}). Check the connection and proxy, then try again.`;
}
