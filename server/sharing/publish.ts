/** Puts a version into the team's remote: its parts first, its manifest last, so that what is listed is always whole. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredAdapter } from '../adapters/store.ts';
import { MOST_REPORT_BYTES } from '../adapters/store.ts';
import { envelopeSchema } from './envelope.ts';
import { ShareError } from './errors.ts';
import { MOST_ADAPTER_BYTES, PART_BYTES } from './limits.ts';
import { blobOfFile, blobOfText, commitFiles } from './objects.ts';
import { split } from './parts.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { REF_SPACES, type RefSpace, refName, setName } from './refs.ts';
import { createRefs, listRemote, type PushAnswer, type RemoteRef } from './transfer.ts';

export interface Published {
  readonly set: string;
  readonly id: string;
  readonly space: RefSpace;
  /** It was there already, with the same content. */
  readonly already: boolean;
  /** At most so many bytes of adapters are there now. */
  readonly mostBytesThere: number;
}

export interface PublishProgress {
  readonly done: number;
  readonly of: number;
}

export async function publish(
  repository: PrivateRepository,
  url: string,
  adapter: StoredAdapter,
  sign: boolean,
  onProgress: (progress: PublishProgress) => void = () => undefined,
): Promise<Published> {
  if (adapter.manifest.adapter.sizeBytes > MOST_ADAPTER_BYTES)
    throw new ShareError(
      'too-large',
      `Adapter ${adapter.id} is too large to share: the limit is ${MOST_ADAPTER_BYTES} bytes.`,
    );
  const commits = await commitsOf(repository, adapter, sign);
  const set = setName(adapter.manifest.name);
  const present = await listRemote(repository, url);
  const partsThere = present.filter(({ ref }) => ref.kind === 'part').length;
  const foreign = present.find(({ ref }) => ref.kind === 'manifest' && ref.id === adapter.id);
  if (foreign) {
    const there = await alreadyThere(repository, foreign, commits.manifest, set, adapter.id);
    return { ...there, mostBytesThere: partsThere * PART_BYTES };
  }
  for (const space of REF_SPACES) {
    const at = { space, set, id: adapter.id };
    const parts = commits.parts.map((commit, part) => ({ ref: { ...at, kind: 'part' as const, part }, commit }));
    const manifest: RemoteRef = { ref: { ...at, kind: 'manifest' }, commit: commits.manifest };
    const answer = await push(repository, url, present, parts, manifest, onProgress);
    if (answer.kind === 'done') {
      const mostBytesThere = (partsThere + parts.length) * PART_BYTES;
      return { set, id: adapter.id, space, already: false, mostBytesThere };
    }
    if (answer.kind === 'exists')
      throw new ShareError(
        'exists',
        `Somebody else published ${adapter.id} at the same time. Nothing was overwritten; list the adapters again.`,
      );
    if (space === REF_SPACES.at(-1))
      throw new ShareError('no-permission', `The remote does not let you publish: ${lastWords(answer.reason)}`);
  }
  throw new ShareError('failed', 'There is nowhere to publish to.');
}

/** One part at a time: what an interrupted publish got through stays there and is not sent again. */
async function push(
  repository: PrivateRepository,
  url: string,
  present: readonly RemoteRef[],
  parts: readonly RemoteRef[],
  manifest: RemoteRef,
  onProgress: (progress: PublishProgress) => void,
): Promise<PushAnswer> {
  const there = new Map(present.map(({ ref, commit }) => [refName(ref), commit]));
  for (const [done, part] of parts.entries()) {
    onProgress({ done, of: parts.length + 1 });
    if (there.get(refName(part.ref)) === part.commit) continue;
    const answer = await createRefs(repository, url, [part]);
    if (answer.kind !== 'done') return answer;
  }
  onProgress({ done: parts.length, of: parts.length + 1 });
  return await createRefs(repository, url, [manifest]);
}

async function commitsOf(
  repository: PrivateRepository,
  { id, adapterPath, dir, manifest }: StoredAdapter,
  sign: boolean,
): Promise<{ manifest: string; parts: string[] }> {
  const scratch = await mkdtemp(join(repository.dir, '..', '.publishing-'));
  try {
    const pieces = await split(adapterPath, scratch);
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
    const reportBytes = (await stat(join(dir, 'report.json'))).size;
    const files = [
      { name: 'manifest.json', blob: await blobOfText(repository, `${JSON.stringify(manifest, null, 2)}\n`) },
      { name: 'parts.json', blob: await blobOfText(repository, `${JSON.stringify(envelope)}\n`) },
      ...(reportBytes <= MOST_REPORT_BYTES
        ? [{ name: 'report.json', blob: await blobOfFile(repository, join(dir, 'report.json')) }]
        : []),
    ];
    return { manifest: await commitFiles(repository, files, `Adapter ${id}: ${manifest.name}`, at, sign), parts };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function alreadyThere(
  repository: PrivateRepository,
  there: RemoteRef,
  commit: string,
  set: string,
  id: string,
): Promise<Omit<Published, 'mostBytesThere'>> {
  const tree = async (of: string): Promise<string> =>
    await repository.run('rev-parse', '--verify', '--quiet', `${of}^{tree}`).catch(() => '');
  // A signed commit differs each time; a commit that is not here cannot be compared and is somebody else's.
  const same = there.commit === commit || (await tree(there.commit)) === (await tree(commit));
  if (!same) throw new ShareError('exists', `The remote has another adapter with the id ${id}. Nothing was changed.`);
  return { set: there.ref.set || set, id, space: there.ref.space, already: true };
}

function lastWords(text: string): string {
  return (/\[remote rejected\][^(]*\((.+)\)/.exec(text)?.[1] ?? text.split('\n').at(-1) ?? '').slice(0, 200);
}
