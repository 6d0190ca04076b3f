/** Publishes a version at the team's remote: parts first, the manifest last, so that listed versions are always complete. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredAdapter } from '../adapters/store.ts';
import { MOST_REPORT_BYTES } from '../adapters/store.ts';
import { megabytes } from '../common/format.ts';
import { removeAll } from '../storage/patient.ts';
import { readCatalogue } from './catalogue.ts';
import { envelopeSchema } from './envelope.ts';
import { refused, ShareError } from './errors.ts';
import { fetchEach } from './fetchEach.ts';
import { MOST_ADAPTER_BYTES, MOST_PART_FETCH_BYTES, MOST_PRUNABLE, PART_BYTES } from './limits.ts';
import { blobOfFile, blobOfText, commitFiles } from './objects.ts';
import { split } from './parts.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { REF_SPACES, type RefSpace, refName, type SharedRef, setName } from './refs.ts';
import { reportToShare } from './reportToShare.ts';
import { publicationSubject, signatureOf } from './signatures.ts';
import { createRefs, listRemote, type PushAnswer, type RemoteRef, replaceRef } from './transfer.ts';

export interface Published {
  readonly set: string;
  readonly id: string;
  readonly space: RefSpace;
  /** Whether it was there already, with the same content. */
  readonly already: boolean;
  /** Upper bound on the bytes of adapters there now. */
  readonly mostBytesThere: number;
}

export interface PublishProgress {
  readonly done: number;
  readonly of: number;
  /** Of the next. */
  readonly sentBytes: number;
}

export function sentWords({ done, of, sentBytes }: PublishProgress): string {
  return `${done} of ${of} pieces sent${sentBytes === 0 ? '' : `, and ${megabytes(sentBytes)} of the next`}`;
}

export interface PublishOptions {
  /** The user's, whose lists name what is not published. */
  readonly folder: string;
  readonly sign: boolean;
}

export async function publish(
  repository: PrivateRepository,
  url: string,
  adapter: StoredAdapter,
  options: PublishOptions,
  onProgress: (progress: PublishProgress) => void = () => undefined,
): Promise<Published> {
  if (adapter.manifest.adapter.sizeBytes > MOST_ADAPTER_BYTES)
    throw new ShareError(
      'too-large',
      `Adapter ${adapter.id} is too large to share: it has ${megabytes(adapter.manifest.adapter.sizeBytes)}, and the limit is ${megabytes(MOST_ADAPTER_BYTES)}. Tune with a lower repotune.tuning.rank (on the command line: --rank), or export it and share the file.`,
    );
  const { sign } = options;
  const commits = await commitsOf(repository, adapter, options);
  const set = setName(adapter.manifest.name);
  const present = await listRemote(repository, url);
  const partsThere = present.filter(({ ref }) => ref.kind === 'part').length;
  const foreign = present.find(({ ref }) => ref.kind === 'manifest' && ref.id === adapter.id);
  if (foreign) {
    await requireSame(repository, url, foreign, commits.manifest);
    const { space, set: itsSet, id } = foreign.ref;
    // The manifest names the parts by hash, whoever pushed them.
    const lost = lostOf(partsAt(foreign.ref, commits.parts), present);
    const answer = await pushParts(repository, url, present, lost, onProgress);
    if (answer.kind !== 'done') throw notPushed(answer, id);
    const signs = sign && (await lacksSignature(repository, foreign.commit, commits.manifest, id));
    if (signs) await replaceUnsigned(repository, url, foreign, commits.manifest);
    return {
      set: itsSet,
      id,
      space,
      already: lost.length === 0 && !signs,
      mostBytesThere: (partsThere + lost.length) * PART_BYTES,
    };
  }
  for (const space of REF_SPACES) {
    const at = { space, set, id: adapter.id };
    const parts = partsAt(at, commits.parts);
    const manifest: RemoteRef = { ref: { ...at, kind: 'manifest' }, commit: commits.manifest };
    const pushed = await push(repository, url, present, parts, manifest, onProgress);
    const answer = pushed.kind === 'done' ? await pushLost(repository, url, parts) : pushed;
    if (answer.kind === 'done') {
      const mostBytesThere = (partsThere + parts.length) * PART_BYTES;
      return { set, id: adapter.id, space, already: false, mostBytesThere };
    }
    if (answer.kind === 'exists' || space === REF_SPACES.at(-1)) throw notPushed(answer, adapter.id);
  }
  throw new ShareError('failed', 'There is nowhere to publish to.');
}

/** Whether a commit of the same author has no signature that holds, so that `mine`, which has one, should take its place. */
async function lacksSignature(
  repository: PrivateRepository,
  there: string,
  mine: string,
  id: string,
): Promise<boolean> {
  if (there === mine) return false;
  const authors = [
    'log',
    '--no-walk=unsorted',
    '--no-show-signature',
    '--format=%an <%ae>',
    there,
    mine,
    '--',
  ] as const;
  const [theirs, own] = (await repository.run(...authors)).split('\n');
  if (theirs !== own) return false;
  const signature = await signatureOf(repository, { commit: there, id });
  return signature.kind === 'none' || (signature.kind === 'bad' && signature.judged);
}

async function replaceUnsigned(
  repository: PrivateRepository,
  url: string,
  there: RemoteRef,
  mine: string,
): Promise<void> {
  const answer = await replaceRef(repository, url, there, mine);
  if (answer.kind === 'refused') throw refused('replace what you published without a valid signature', answer.words);
  if (answer.kind === 'exists') throw notPushed(answer, there.ref.id);
}

type Place = Pick<SharedRef, 'space' | 'set' | 'id'>;

function partsAt({ space, set, id }: Place, commits: readonly string[]): RemoteRef[] {
  return commits.map((commit, part) => ({ ref: { space, set, id, kind: 'part', part }, commit }));
}

function notPushed(answer: Exclude<PushAnswer, { kind: 'done' }>, id: string): ShareError {
  return answer.kind === 'exists'
    ? new ShareError(
        'exists',
        `Somebody else published ${id} at the same time. Nothing was overwritten; list the adapters again.`,
      )
    : refused('publish', answer.words);
}

async function push(
  repository: PrivateRepository,
  url: string,
  present: readonly RemoteRef[],
  parts: readonly RemoteRef[],
  manifest: RemoteRef,
  onProgress: (progress: PublishProgress) => void,
): Promise<PushAnswer> {
  const answer = await pushParts(repository, url, present, parts, onProgress);
  return answer.kind === 'done' ? await createRefs(repository, url, [manifest]) : answer;
}

/** Parts of it that are not at the remote. */
function lostOf(parts: readonly RemoteRef[], present: readonly RemoteRef[]): RemoteRef[] {
  const names = new Set(present.map(({ ref }) => refName(ref)));
  return parts.filter(({ ref }) => !names.has(refName(ref)));
}

/** To whoever prunes while parts arrive, they belong to an unfinished publish: what was deleted is sent once more. */
async function pushLost(repository: PrivateRepository, url: string, parts: readonly RemoteRef[]): Promise<PushAnswer> {
  const lost = lostOf(parts, await listRemote(repository, url));
  return await pushParts(repository, url, [], lost, () => undefined);
}

/** One part at a time: what an interrupted publish has sent stays there and is not sent again. */
async function pushParts(
  repository: PrivateRepository,
  url: string,
  present: readonly RemoteRef[],
  parts: readonly RemoteRef[],
  onProgress: (progress: PublishProgress) => void,
): Promise<PushAnswer> {
  const there = new Map(present.map((one) => [refName(one.ref), one]));
  for (const [done, part] of parts.entries()) {
    const of = parts.length + 1;
    onProgress({ done, of, sentBytes: 0 });
    const known = there.get(refName(part.ref));
    if (known !== undefined && (await isSame(repository, url, known, part.commit))) continue;
    const answer = await createRefs(repository, url, [part], (sentBytes) => onProgress({ done, of, sentBytes }));
    if (answer.kind !== 'done') return answer;
  }
  onProgress({ done: parts.length, of: parts.length + 1, sentBytes: 0 });
  return { kind: 'done' };
}

async function commitsOf(
  repository: PrivateRepository,
  { id, adapterPath, dir, manifest }: StoredAdapter,
  { folder, sign }: PublishOptions,
): Promise<{ manifest: string; parts: string[] }> {
  const scratch = await mkdtemp(join(repository.dir, '..', '.publishing-'));
  try {
    const { parts: pieces, sha256: whole } = await split(adapterPath, scratch);
    // Verified before, perhaps long ago: another process may have shared meanwhile. Nobody could use what would be sent.
    if (whole !== manifest.adapter.sha256)
      throw new ShareError(
        'damaged',
        `The file of ${id} has changed since it was verified, so nothing was published. Try again.`,
      );
    const at = manifest.createdAt;
    const parts: string[] = [];
    for (const [index, { path }] of pieces.entries()) {
      const blob = await blobOfFile(repository, path);
      parts.push(
        await commitFiles(
          repository,
          [{ name: 'part', blob }],
          `Adapter ${id}, part ${index + 1} of ${pieces.length}`,
          at,
          sign,
        ),
      );
    }
    const envelope = envelopeSchema.parse({
      format: 1,
      parts: pieces.map(({ sha256, sizeBytes }) => ({ sha256, sizeBytes })),
    });
    const report = await reportToShare(folder, join(dir, 'report.json'), MOST_REPORT_BYTES);
    const files = [
      { name: 'manifest.json', blob: await blobOfText(repository, `${JSON.stringify(manifest, null, 2)}\n`) },
      { name: 'parts.json', blob: await blobOfText(repository, `${JSON.stringify(envelope)}\n`) },
      ...(report === null ? [] : [{ name: 'report.json', blob: await blobOfText(repository, report) }]),
    ];
    return { manifest: await commitFiles(repository, files, publicationSubject(id, manifest.name), at, sign), parts };
  } finally {
    await removeAll(scratch);
  }
}

async function requireSame(repository: PrivateRepository, url: string, there: RemoteRef, mine: string): Promise<void> {
  if (await isSame(repository, url, there, mine)) return;
  const { id } = there.ref;
  const { unusable } = await readCatalogue(repository, url, MOST_PRUNABLE);
  const isDamaged = unusable.some(({ manifestRef, why }) => why === 'damaged' && manifestRef.commit === there.commit);
  throw new ShareError(
    'exists',
    isDamaged
      ? `What the remote has under the id ${id} cannot be used, and is in the way. Remove it on the command line, and publish again: repotune share prune --unusable`
      : `The remote has another adapter with the id ${id}, so nothing was changed. Tune again: the new adapter gets an id of its own.`,
  );
}

/** The files that identify an adapter. The report is its author's; users who took the adapter have another. */
const TELLING: Readonly<Record<SharedRef['kind'], readonly string[]>> = {
  manifest: ['manifest.json', 'parts.json'],
  part: ['part'],
};

/**
 * Commits differ by author and, if signed, every time, so their contents are compared. The private repository is a cache, emptied with
 * every deleted adapter: what is missing is fetched first.
 */
async function isSame(repository: PrivateRepository, url: string, there: RemoteRef, mine: string): Promise<boolean> {
  const { ref, commit } = there;
  if (commit === mine) return true;
  const blobs = async (of: string): Promise<string> =>
    await repository.run('rev-parse', ...TELLING[ref.kind].map((name) => `${of}:${name}`)).catch(() => '');
  // One that cannot be fetched is not ours.
  if ((await blobs(commit)) === '') await fetchEach(repository, url, [there], MOST_PART_FETCH_BYTES);
  return (await blobs(commit)) === (await blobs(mine));
}
