/** The versions at a remote: manifests only, a few kilobytes each. */

import type * as z from 'zod';
import { isFromNewer, whyInvalid } from '../adapters/invalid.ts';
import { newestFirst } from '../adapters/newestFirst.ts';
import { MOST_MANIFEST_BYTES } from '../adapters/readManifest.ts';
import { CONTROLS } from '../common/controls.ts';
import { messageOf } from '../common/messageOf.ts';
import { type Manifest, manifestSchema } from '../protocol/manifest.ts';
import { onePerVersion } from './copies.ts';
import { type Envelope, envelopeSchema, isConsistent } from './envelope.ts';
import { isGone, ShareError } from './errors.ts';
import { type FetchedEach, fetchEach } from './fetchEach.ts';
import {
  MOST_ADAPTER_BYTES,
  MOST_COMMIT_BYTES,
  MOST_ENVELOPE_BYTES,
  MOST_MANIFESTS_FETCH_BYTES,
  MOST_NAME,
  MOST_VERSIONS,
} from './limits.ts';
import { readFilesOf, sizesOf, type Unreadable } from './objects.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { refName, type SharedRef } from './refs.ts';
import { listRemote, localRef, type RemoteRef } from './transfer.ts';
import { keepUnfetchable, knownUnfetchable } from './unfetchable.ts';

export interface SharedVersion {
  readonly set: string;
  readonly id: string;
  /** The commit with the manifest: it has the author and the signature. */
  readonly manifestRef: RemoteRef;
  readonly parts: readonly RemoteRef[];
  readonly manifest: Manifest;
  readonly envelope: Envelope;
  readonly author: { readonly name: string; readonly email: string };
  /** The same version below the other root. */
  readonly copies: readonly Pick<SharedVersion, 'manifestRef' | 'parts'>[];
}

/** A version whose manifest cannot be used, and why. */
export interface UnusableVersion {
  readonly set: string;
  readonly id: string;
  readonly problem: string;
  /** Whether it is of no use to anybody, to this release, or nobody knows yet. */
  readonly why: 'damaged' | 'newer' | 'untried';
  readonly manifestRef: RemoteRef;
  readonly parts: readonly RemoteRef[];
}

export interface Catalogue {
  /** Newest first. */
  readonly versions: readonly SharedVersion[];
  readonly unusable: readonly UnusableVersion[];
  readonly refs: readonly RemoteRef[];
}

/** @throws {ShareError} `too-large` for more than `most` versions */
export async function readCatalogue(
  repository: PrivateRepository,
  url: string,
  most: number = MOST_VERSIONS,
): Promise<Catalogue> {
  const refs = await listRemote(repository, url, most);
  const manifests = refs.filter(({ ref }) => ref.kind === 'manifest');
  if (manifests.length > most)
    throw new ShareError(
      'too-large',
      `The remote has ${manifests.length} versions; at most ${most} are listed. Remove old ones, and what nobody can use, on the command line: repotune share prune --keep 10 --unusable`,
    );
  const { problems, untried } = await fetchManifests(repository, url, manifests);
  // Not a word of what is there: then it is not a few versions that are to blame.
  const [error] = untried.size === manifests.length ? untried.values() : [];
  if (error !== undefined) throw error;
  const contents = await readAll(repository, manifests);
  const parts = partsByVersion(refs);
  const versions: Omit<SharedVersion, 'copies'>[] = [];
  const unusable: UnusableVersion[] = [];
  for (const [index, manifestRef] of manifests.entries()) {
    const { set, id } = manifestRef.ref;
    const mine = parts.get(versionKey(manifestRef.ref)) ?? [];
    const refuse = (problem: string, why: UnusableVersion['why']) =>
      unusable.push({ set, id, problem, why, manifestRef, parts: mine });
    const unfetched = untried.get(refName(manifestRef.ref));
    if (unfetched !== undefined) {
      refuse(messageOf(unfetched), 'untried');
      continue;
    }
    try {
      const problem = problems.get(refName(manifestRef.ref));
      if (problem !== undefined) throw problem;
      versions.push({ set, id, manifestRef, parts: mine, ...checked(id, contents[index]!, mine.length) });
    } catch (error) {
      refuse(messageOf(error), error instanceof ShareError && error.problem === 'newer' ? 'newer' : 'damaged');
    }
  }
  return { versions: newestFirst(onePerVersion(versions), Date.now()), unusable, refs };
}

/** What has not been fetched yet, but for what could not be lately. */
async function fetchManifests(
  repository: PrivateRepository,
  url: string,
  manifests: readonly RemoteRef[],
): Promise<Omit<FetchedEach, 'isAnyHere'>> {
  const nowMs = Date.now();
  const missing = await absent(repository, manifests);
  const known = await knownUnfetchable(repository, missing, nowMs);
  const wanted = missing.filter(({ ref }) => !known.has(refName(ref)));
  const found = await fetchEach(repository, url, wanted, MOST_MANIFESTS_FETCH_BYTES);
  // What a colleague has deleted or replaced since it was listed is not damaged: nobody is to prune it, or to publish it again.
  const problems = new Map([...found.problems].filter(([, error]) => !isGone(error)));
  const untried = new Map(found.untried);
  for (const { ref } of wanted.length === 0 ? [] : await absent(repository, wanted)) {
    const name = refName(ref);
    const changed = new ShareError('failed', `${name} changed while it was listed. Try again.`);
    if (!problems.has(name) && (!untried.has(name) || isGone(untried.get(name)))) untried.set(name, changed);
  }
  await keepUnfetchable(repository, manifests, problems, nowMs);
  return { problems: new Map([...known, ...problems]), untried };
}

/** Refs whose commit has not been fetched yet under the same name. */
async function absent(repository: PrivateRepository, refs: readonly RemoteRef[]): Promise<RemoteRef[]> {
  const text = await repository.run('for-each-ref', '--format=%(refname) %(objectname)', 'refs/fetched/');
  const here = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  return refs.filter(({ ref, commit }) => here.get(localRef(ref)) !== commit);
}

interface Contents {
  readonly author: string | Unreadable;
  readonly manifest: Buffer | Unreadable;
  readonly parts: Buffer | Unreadable;
}

const SEPARATOR = '\x01';

/** Reads the commits in two git calls, and their files in two. */
async function readAll(repository: PrivateRepository, refs: readonly RemoteRef[]): Promise<Contents[]> {
  if (refs.length === 0) return [];
  const commits = refs.map(({ commit }) => commit);
  const authors = await authorsOf(repository, commits);
  const files = await readFilesOf(
    repository,
    commits.flatMap((commit) => [
      { commit, name: 'manifest.json', mostBytes: MOST_MANIFEST_BYTES },
      { commit, name: 'parts.json', mostBytes: MOST_ENVELOPE_BYTES },
    ]),
  );
  return commits.map((commit, index) => ({
    author: authors.get(commit) ?? '',
    manifest: files[2 * index]!,
    parts: files[2 * index + 1]!,
  }));
}

/** By commit: name and address, or why they are not read. Commits that could not be fetched are left out. */
async function authorsOf(
  repository: PrivateRepository,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string | Unreadable>> {
  const sizes = await sizesOf(repository, commits);
  const isLarge = (commit: string): boolean => (sizes.get(commit) ?? 0) > MOST_COMMIT_BYTES;
  // One of hundreds of megabytes would end the answer for all the others.
  const problem = new ShareError('too-large', 'its commit is larger than the limit');
  const authors = new Map<string, string | Unreadable>(commits.filter(isLarge).map((commit) => [commit, { problem }]));
  const small = commits.filter((commit) => !isLarge(commit));
  if (small.length === 0) return authors;
  const text = await repository.runWithInput(
    `${small.join('\n')}\n`,
    'log',
    '--no-walk=unsorted',
    // Commits that could not be fetched.
    '--ignore-missing',
    '--stdin',
    '--no-show-signature',
    `--format=%H${SEPARATOR}%an${SEPARATOR}%ae`,
  );
  for (const line of text.split('\n')) {
    const end = line.indexOf(SEPARATOR);
    authors.set(line.slice(0, end), line.slice(end + 1));
  }
  return authors;
}

function checked(
  id: string,
  contents: Contents,
  partRefs: number,
): Pick<SharedVersion, 'manifest' | 'envelope' | 'author'> {
  const manifest = parsed(manifestSchema, contents.manifest, 'manifest');
  const envelope = parsed(envelopeSchema, contents.parts, 'list of parts');
  if (manifest.id !== id) throw new ShareError('damaged', `its manifest belongs to ${manifest.id}`);
  if (manifest.adapter.sizeBytes > MOST_ADAPTER_BYTES)
    throw new ShareError('too-large', 'its adapter is larger than the limit');
  if (!isConsistent(envelope, manifest.adapter.sizeBytes))
    throw new ShareError('damaged', 'its parts do not add up to its adapter');
  if (partRefs < envelope.parts.length)
    throw new ShareError('damaged', 'parts of its adapter are missing at the remote');
  if (typeof contents.author !== 'string') throw contents.author.problem;
  // '' for a tag instead of a commit.
  const [name, email, ...more] = contents.author.split(SEPARATOR);
  if (name === undefined || email === undefined) throw new ShareError('damaged', 'its commit names no author');
  if (more.length > 0 || CONTROLS.test(name + email))
    throw new ShareError('damaged', 'its author’s name holds control characters');
  if (name.length > MOST_NAME || email.length > MOST_NAME)
    throw new ShareError('damaged', 'its author’s name is longer than a name');
  return { manifest, envelope, author: { name, email } };
}

function parsed<T>(schema: z.ZodType<T>, json: Buffer | Unreadable, what: string): T {
  if (!Buffer.isBuffer(json)) throw json.problem;
  let value: unknown;
  try {
    value = JSON.parse(json.toString('utf8'), refuseControls);
  } catch (error) {
    if (error instanceof ShareError) throw error;
    throw new ShareError('damaged', `its ${what} is not JSON`);
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new ShareError(isFromNewer(value) ? 'newer' : 'damaged', `its ${what} ${whyInvalid(value, result.error)}`, {
      cause: result.error,
    });
  return result.data;
}

function refuseControls(_: string, value: unknown): unknown {
  if (typeof value === 'string' && CONTROLS.test(value)) throw new ShareError('damaged', 'it holds control characters');
  return value;
}

function versionKey({ space, set, id }: SharedRef): string {
  return `${space}/${set}/${id}`;
}

/** Part refs of each version, in order. */
function partsByVersion(refs: readonly RemoteRef[]): Map<string, RemoteRef[]> {
  const byVersion = new Map<string, RemoteRef[]>();
  for (const one of refs.filter(({ ref }) => ref.kind === 'part')) {
    const key = versionKey(one.ref);
    byVersion.set(key, [...(byVersion.get(key) ?? []), one]);
  }
  for (const parts of byVersion.values()) parts.sort((a, b) => partNumber(a) - partNumber(b));
  return byVersion;
}

function partNumber({ ref }: RemoteRef): number {
  return ref.kind === 'part' ? ref.part : -1;
}
