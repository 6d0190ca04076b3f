/** Publishes, lists, pulls and prunes one folder's adapters at one remote. All sharing by users starts here. */

import { baseShapes } from '../adapters/adapterFile.ts';
import { AdapterStore, type StoredAdapter } from '../adapters/store.ts';
import { shownAddress } from '../common/shownAddress.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { removeAll } from '../storage/patient.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { authorKey, remember, signerKey } from './authors.ts';
import { type Catalogue, readCatalogue, type SharedVersion, type UnusableVersion } from './catalogue.ts';
import { chosen } from './chosen.ts';
import { explainHere, isDamage, ShareError } from './errors.ts';
import { holdsDeleted } from './fetchedBefore.ts';
import { identityOf, requireAuthor, requireKeyFiles } from './identity.ts';
import { clearLocked, markOutdated, privateRepositoryOf, shareLockOf } from './leftovers.ts';
import { LARGE_STORE_BYTES, MOST_PRUNABLE } from './limits.ts';
import { type Identity, PrivateRepository } from './privateRepository.ts';
import { orphans, type PruneRule, prunable, remove, removeVersions } from './prune.ts';
import { type Published, type PublishProgress, publish } from './publish.ts';
import { type PullProgress, pull } from './pull.ts';
import { refName } from './refs.ts';
import { type Remote, resolveRemote } from './remote.ts';
import { lockFor } from './shareLock.ts';
import type { SignaturePolicy } from './signatures.ts';
import type { RemoteRef } from './transfer.ts';
import { signatureWarning, type Trust, trustIn } from './trust.ts';

export interface ShareOptions {
  readonly folder: string;
  /** Name or address; default `origin`. */
  readonly remote?: string;
  readonly signatures: SignaturePolicy;
  /** Path of the base with this sha256 on this machine; null if it is not here. */
  findBase(sha256: string): Promise<string | null>;
  /** Offers to get a missing base. Resolves to its path; null if declined or not possible. */
  getBase?(base: Manifest['base'], signal?: AbortSignal): Promise<string | null>;
  /** Called if another process shares here for longer than a moment, or a remote is slow to answer: a sentence that says what is waited for. */
  onWait?(sentence: string): void;
}

/** What a person sees before taking an adapter. */
export interface Offer extends Trust {
  readonly version: SharedVersion;
  readonly warning: string | null;
  /** Whether the base it needs is on this machine. */
  readonly baseHere: boolean;
}

export interface ShareList extends Catalogue {
  readonly totalBytes: number;
  /** A sentence if the store has grown large; else null. */
  readonly warning: string | null;
  /** Of the newest versions and those that are here; none where signatures are of no interest. */
  readonly trust: ReadonlyMap<SharedVersion, Trust>;
}

/** A signature costs some ten milliseconds. */
const MOST_VERIFIED = 100;

export interface PruneResult {
  readonly versions: readonly SharedVersion[];
  /** Those that nobody can use. */
  readonly unusable: readonly UnusableVersion[];
  /** Parts of unfinished uploads. */
  readonly orphans: readonly RemoteRef[];
}

export interface PruneOptions {
  /** Only say what would be removed. */
  readonly dryRun: boolean;
  readonly nowMs: number;
  /** What a person agreed to: nothing else is removed, whatever was published since. */
  readonly shown?: PruneResult;
}

export class TeamShare {
  readonly store: AdapterStore;
  readonly remote: Remote;
  readonly #options: ShareOptions;
  readonly #identity: Identity;

  private constructor(store: AdapterStore, remote: Remote, options: ShareOptions, identity: Identity) {
    this.store = store;
    this.remote = remote;
    this.#options = options;
    this.#identity = identity;
  }

  static async open(options: ShareOptions): Promise<TeamShare> {
    const store = await AdapterStore.of(options.folder);
    return new TeamShare(
      store,
      await resolveRemote(options.folder, options.remote),
      options,
      await identityOf(options.folder),
    );
  }

  async list(signal?: AbortSignal): Promise<ShareList> {
    return await this.#alone('listing', signal, async (repository) => {
      const catalogue = await this.#catalogue(repository);
      return { ...catalogue, ...sizeOf(catalogue), trust: await this.#trust(repository, catalogue) };
    });
  }

  async publish(
    wanted: string,
    onProgress?: (progress: PublishProgress) => void,
    signal?: AbortSignal,
  ): Promise<Published & Pick<ShareList, 'warning'>> {
    requireAuthor(this.#identity);
    await requireKeyFiles(this.#identity, privateRepositoryOf(this.store.dir));
    const adapter = await this.store.find(wanted);
    await this.store.verify(adapter);
    return await this.#alone('publishing', signal, async (repository) => {
      const options = { folder: this.#options.folder, sign: this.#identity.sign };
      const published = await publish(repository, this.remote.pushUrl, adapter, options, onProgress);
      if (!published.already)
        await this.store.audit.append(
          'publish',
          adapter.id,
          `${published.set} at ${shownAddress(this.remote.pushUrl)}`,
        );
      // Manifests are fetched only if the remote may hold that much.
      const large = published.mostBytesThere > LARGE_STORE_BYTES;
      const warning = large ? sizeOf(await readCatalogue(repository, this.remote.pushUrl)).warning : null;
      return { ...published, warning };
    });
  }

  /** Shows the offer, and takes the adapter if `consent` agrees. It is stored, not activated. */
  async pull(
    wanted: string,
    consent: (offer: Offer) => Promise<boolean>,
    onProgress?: (progress: PullProgress) => void,
    signal?: AbortSignal,
  ): Promise<StoredAdapter> {
    // Nobody else waits while a person reads, or while a base is downloaded.
    const shown = await this.#alone('pulling', signal, async (repository) => {
      const version = chosen(await this.#catalogue(repository), wanted);
      return (await this.#here(version)) ?? (await this.#offer(repository, version));
    });
    if ('adapterPath' in shown) return shown;
    const { version, signature } = shown;
    if (!(await consent(shown)))
      throw new ShareError('declined', `${version.id} was declined, so it was not downloaded.`);
    const shapes = await baseShapes(await this.#baseFor(version, signal));
    return await this.#alone('pulling', signal, async (repository) => {
      const mine = await this.#here(version);
      if (mine !== null) return mine;
      if (!(await isFetched(repository, version))) await this.#catalogue(repository);
      const stored = await pull(repository, this.remote.url, version, this.store, shapes, onProgress);
      const { email } = version.author;
      const signs = signature.kind === 'good' ? [signerKey(email)] : [];
      await remember(this.store.dir, authorKey(email, signature), ...signs);
      await this.store.audit.append(
        'pull',
        stored.id,
        `by ${version.author.name} <${version.author.email}> from ${shownAddress(this.remote.url)}`,
      );
      return stored;
    });
  }

  async #baseFor({ id, author, manifest: { base } }: SharedVersion, signal?: AbortSignal): Promise<string> {
    const { findBase, getBase } = this.#options;
    const path = (await findBase(base.sha256)) ?? (await getBase?.(base, signal)) ?? null;
    if (path !== null) return path;
    throw new ShareError(
      'wrong-base',
      `${id} needs the base ${base.name} (sha256 ${base.sha256}), which is not on this machine. Ask ${author.name} for that file and put it beside the downloaded models, or choose an adapter for a base you have.`,
    );
  }

  /** What would be offered, with every check that needs no adapter bytes. */
  async verify(wanted: string, signal?: AbortSignal): Promise<Offer> {
    return await this.#alone('verifying', signal, async (repository) =>
      this.#offer(repository, chosen(await this.#catalogue(repository), wanted)),
    );
  }

  /** Returns what is removed. */
  async prune(
    rule: PruneRule,
    { dryRun, nowMs, shown: agreed }: PruneOptions,
    signal?: AbortSignal,
  ): Promise<PruneResult> {
    return await this.#alone('pruning', signal, async (repository) => {
      const catalogue = await readCatalogue(repository, this.remote.pushUrl, MOST_PRUNABLE);
      // By commit too: another may have taken its place since.
      const key = ({ ref, commit }: RemoteRef): string => `${refName(ref)} ${commit}`;
      const wanted = agreed && new Set(refsOf(agreed).map(key));
      const isAgreed = (one: RemoteRef): boolean => wanted?.has(key(one)) ?? true;
      const versions = prunable(catalogue.versions, rule, nowMs).filter(({ manifestRef }) => isAgreed(manifestRef));
      const unusable = catalogue.unusable.filter(
        (one) => rule.unusable === true && one.why === 'damaged' && isAgreed(one.manifestRef),
      );
      const left = orphans(catalogue).filter(isAgreed);
      if (!dryRun) {
        const copies = versions.flatMap((one) => one.copies.filter(({ manifestRef }) => isAgreed(manifestRef)));
        await removeVersions(repository, this.remote.pushUrl, [...versions, ...copies, ...unusable]);
        await remove(repository, this.remote.pushUrl, left);
        if (versions.length + unusable.length + left.length > 0) await markOutdated(this.store.dir);
        for (const { id } of [...versions, ...unusable])
          await this.store.audit.append('delete', id, `pruned at ${shownAddress(this.remote.pushUrl)}`);
      }
      return { versions, unusable, orphans: left };
    });
  }

  async #catalogue(repository: PrivateRepository): Promise<Catalogue> {
    const catalogue = await readCatalogue(repository, this.remote.url);
    if (await holdsDeleted(repository, catalogue.refs)) await markOutdated(this.store.dir);
    return catalogue;
  }

  async #offer(repository: PrivateRepository, version: SharedVersion): Promise<Offer> {
    const [trust] = await trustIn(repository, this.store.dir, [version]);
    const warning = signatureWarning(trust!, this.#options.signatures, version.author);
    const baseHere = (await this.#options.findBase(version.manifest.base.sha256)) !== null;
    return { version, ...trust!, warning, baseHere };
  }

  async #trust(repository: PrivateRepository, { versions }: Catalogue): Promise<ReadonlyMap<SharedVersion, Trust>> {
    if (this.#options.signatures === 'off') return new Map();
    const here = new Set((await this.store.list()).adapters.map(({ id }) => id));
    const some = versions.filter(({ id }, index) => index < MOST_VERIFIED || here.has(id));
    const trust = await trustIn(repository, this.store.dir, some);
    return new Map(some.map((version, index) => [version, trust[index]!]));
  }

  /** The same version in this store; null if there is none. @throws {ShareError} for another one in its place, or a damaged one */
  async #here({ id, manifest, author }: SharedVersion): Promise<StoredAdapter | null> {
    const { adapters, damaged } = await this.store.list();
    const broken = damaged.find((one) => one.id === id);
    if (broken) {
      // The panel lists only what can be described.
      const again = `Delete it on the command line (repotune adapters delete ${id}), and download it again.`;
      const is = `The adapter ${id} that is here cannot be used: ${broken.problem}.`;
      throw new ShareError('exists', broken.newer ? is : `${is} ${again}`);
    }
    const mine = adapters.find((one) => one.id === id);
    if (!mine) return null;
    if (mine.manifest.adapter.sha256 !== manifest.adapter.sha256)
      throw new ShareError(
        'exists',
        `There is already another adapter with the id ${id} here, so ${author.name}'s was not downloaded.`,
      );
    await this.store.verify(mine).catch((error: unknown) => {
      const again = `Delete it in the panel's Adapters tab (on the command line: repotune adapters delete ${id}), and download it again.`;
      throw new ShareError('exists', `The adapter ${id} that is here is damaged. ${again}`, { cause: error });
    });
    return mine;
  }

  /** Runs `work` with the private repository, under a lock across processes of this clone. */
  async #alone<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: (repository: PrivateRepository) => Promise<T>,
  ): Promise<T> {
    let release = async (): Promise<void> => {};
    try {
      await makeStoreFolder(this.store.dir);
      release = await lockFor(shareLockOf(this.store.dir), doing, this.#options.onWait, signal);
      await clearLocked(this.store.dir);
      const dir = privateRepositoryOf(this.store.dir);
      const attempt = async (): Promise<T> =>
        await work(await PrivateRepository.open(dir, this.#identity, signal, this.#options.onWait));
      const done = await attempt().catch(async (error: unknown) => {
        if (!isDamage(error)) throw error;
        // All of it can be fetched again.
        await removeAll(dir);
        return await attempt();
      });
      // What it found deleted; else the next one does so.
      await clearLocked(this.store.dir).catch(() => {});
      return done;
    } catch (error) {
      signal?.throwIfAborted();
      throw explainHere(error, doing);
    } finally {
      await release();
    }
  }
}

/** The cache may have been emptied while a person read. */
async function isFetched(repository: PrivateRepository, { manifestRef }: SharedVersion): Promise<boolean> {
  return (await repository.run('cat-file', '-t', manifestRef.commit).catch(() => '')) === 'commit';
}

function refsOf({ versions, unusable, orphans }: PruneResult): RemoteRef[] {
  const copies = versions.flatMap((one) => one.copies);
  return [...[...versions, ...copies, ...unusable].map(({ manifestRef }) => manifestRef), ...orphans];
}

function sizeOf({ versions }: Catalogue): Pick<ShareList, 'totalBytes' | 'warning'> {
  const totalBytes = versions.reduce((sum, { manifest }) => sum + manifest.adapter.sizeBytes, 0);
  return { totalBytes, warning: sizeWarning(totalBytes) };
}

/** A sentence if a remote holds more than it should; else null. */
export function sizeWarning(totalBytes: number): string | null {
  if (totalBytes <= LARGE_STORE_BYTES) return null;
  const gigabytes = (totalBytes / 2 ** 30).toFixed(1);
  return `The shared adapters take ${gigabytes} GB at the remote. Remove old ones on the command line: repotune share prune --keep 10`;
}
