/** Sharing for editors: plain answers, and consent to exactly what was shown. */

import type { KnownDownload } from '../models/findDownload.ts';
import type { OfferedBase, SharedAdapter, SharedAdapters, ShareOffer, ShareParams } from '../protocol/index.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { ProxySettings } from '../protocol/models.ts';
import type { SharedVersion } from './catalogue.ts';
import { ShareError } from './errors.ts';
import { type PublishProgress, sentWords } from './publish.ts';
import type { Signature } from './signatures.ts';
import { type Offer, TeamShare } from './teamShare.ts';
import { isRevoked, revokedHere, signatureWords, type Trust } from './trust.ts';
import { tellOfUnusable } from './unusable.ts';
import { versionsHere } from './versionsHere.ts';

export interface Bases {
  /** Path of the base with this hash on this machine; null if it is not here. */
  find(sha256: string): Promise<string | null>;
  /** A download with this hash; null if none is known. */
  download(base: Manifest['base'], proxy: ProxySettings, signal?: AbortSignal): Promise<KnownDownload | null>;
}

export class ShareService {
  readonly #bases: Bases;

  constructor(bases: Bases) {
    this.#bases = bases;
  }

  async list(params: ShareParams, signal?: AbortSignal): Promise<SharedAdapters> {
    const share = await this.#open(params);
    const { versions, unusable, warning, trust } = await share.list(signal);
    const isHere = await versionsHere(share.store);
    const adapters = versions.map((version) => describe(version, isHere(version), trust.get(version)));
    const revoked = revokedHere(adapters);
    return {
      adapters,
      unusable: unusable.length,
      warnings: [
        ...(revoked === null ? [] : [revoked]),
        ...(await tellOfUnusable(share.store.dir, unusable)),
        ...(warning === null ? [] : [warning]),
      ],
    };
  }

  /** Without telling of what cannot be used. */
  async adapters(params: ShareParams, signal?: AbortSignal): Promise<readonly SharedAdapter[]> {
    const share = await this.#open(params);
    const { versions, trust } = await share.list(signal);
    const isHere = await versionsHere(share.store);
    return versions.map((version) => describe(version, isHere(version), trust.get(version)));
  }

  /** `onMessage`: told how much has been sent, or what is waited for. */
  async publish(
    params: ShareParams & { readonly id: string },
    signal?: AbortSignal,
    onMessage?: (message: string) => void,
  ): Promise<string> {
    const share = await this.#open(params, onMessage);
    const onProgress = (progress: PublishProgress): void => onMessage?.(sentWords(progress));
    const { set, already, warning } = await share.publish(params.id, onProgress, signal);
    const where = `${set} is ${already ? 'already' : 'now'} at ${share.remote.name}. Whoever can read it there finds it with "Repotune: Get Team Adapters…".`;
    return warning === null ? where : `${where} ${warning}`;
  }

  async offer(
    params: ShareParams & { readonly id: string },
    signal?: AbortSignal,
    proxy: ProxySettings = {},
  ): Promise<ShareOffer> {
    const share = await this.#open(params);
    const offer = await share.verify(params.id, signal);
    const { version, signature, warning, baseHere } = offer;
    return {
      adapter: describe(version, (await versionsHere(share.store))(version), offer),
      commit: version.manifestRef.commit,
      authorEmail: version.author.email,
      signature: warning !== null && signature.kind !== 'good' ? '' : signatureOf(signature),
      warning,
      base: baseHere ? { kind: 'here' } : await this.#missing(version.manifest.base, proxy, signal),
    };
  }

  /** Takes what was offered. @throws {ShareError} if the commit has changed since. */
  async pull(
    params: ShareParams & { readonly id: string; readonly commit: string },
    signal?: AbortSignal,
  ): Promise<string> {
    const share = await this.#open(params);
    const asShown = async ({ version }: Offer): Promise<boolean> => {
      if (version.manifestRef.commit === params.commit) return true;
      throw new ShareError('untrusted', `${params.id} has changed since it was shown. Check it again.`);
    };
    return (await share.pull(params.id, asShown, undefined, signal)).id;
  }

  async #missing(base: Manifest['base'], proxy: ProxySettings, signal?: AbortSignal): Promise<OfferedBase> {
    const known = await this.#bases.download(base, proxy, signal);
    if (known === null) return { kind: 'missing', sha256: base.sha256 };
    return { kind: 'download', id: known.entry.id, bytes: known.bytes, licenseNote: known.entry.licenseNote };
  }

  async #open(
    { folder, remote, signatures }: ShareParams,
    onWait: (sentence: string) => void = () => {},
  ): Promise<TeamShare> {
    return await TeamShare.open({
      folder,
      remote,
      signatures,
      findBase: (sha256) => this.#bases.find(sha256),
      onWait,
    });
  }
}

function signatureOf(signature: Signature): string {
  if (signature.kind === 'good') return `signed by ${signature.signer}`;
  return signature.kind === 'none' ? 'not signed' : signature.why;
}

function describe(
  { id, set, author, manifest: { createdAt, base, adapter, metrics } }: SharedVersion,
  here: boolean,
  trust: Trust | undefined,
): SharedAdapter {
  return {
    id,
    set,
    author: author.name,
    createdAtMs: Date.parse(createdAt),
    baseName: base.name,
    sizeBytes: adapter.sizeBytes,
    heldOutLossBase: metrics?.heldOutLossBase ?? null,
    heldOutLossTuned: metrics?.heldOutLossTuned ?? null,
    here,
    signature: trust === undefined ? '' : signatureWords(trust),
    revoked: trust !== undefined && isRevoked(trust),
    newAuthor: trust?.newAuthor ?? false,
    otherKey: trust?.otherKey ?? false,
  };
}
