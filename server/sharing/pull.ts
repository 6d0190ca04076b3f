/** Pulls a version from the team's remote into the local store, trusting no byte until it is checked. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseShapes, checkAdapterFile } from '../adapters/adapterFile.ts';
import { BadAdapter } from '../adapters/badAdapter.ts';
import { type AdapterStore, MOST_REPORT_BYTES, type StoredAdapter } from '../adapters/store.ts';
import { parseJson } from '../common/parseJson.ts';
import { type Report, reportSchema } from '../protocol/report.ts';
import { sha256File } from '../storage/hash.ts';
import { removeAll } from '../storage/patient.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import type { SharedVersion } from './catalogue.ts';
import { GitFailed, isGone, ShareError } from './errors.ts';
import { MOST_PART_FETCH_BYTES } from './limits.ts';
import { readFileOf } from './objects.ts';
import { sha256 } from './parts.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { refName } from './refs.ts';
import { fetchRefs } from './transfer.ts';

export interface PullProgress {
  readonly partsDone: number;
  readonly parts: number;
}

export async function pull(
  repository: PrivateRepository,
  url: string,
  version: SharedVersion,
  store: AdapterStore,
  base: BaseShapes,
  onProgress: (progress: PullProgress) => void = () => undefined,
): Promise<StoredAdapter> {
  const { manifest, manifestRef } = version;
  const folder = join(store.dir, 'pulling');
  const file = join(folder, `${version.id}.gguf`);
  await removeAll(folder);
  await makeStoreFolder(store.dir, 'pulling');
  try {
    await assemble(repository, url, version, file, onProgress);
    const expected = { architecture: manifest.base.architecture, ...manifest.adapter };
    await checkAdapterFile(file, expected, base).catch((error: unknown) => {
      if (!(error instanceof BadAdapter)) throw error;
      throw new ShareError(
        'damaged',
        `Adapter ${version.id} was refused: ${error.message}. Repotune does not write such files; tell ${version.author.name}.`,
      );
    });
    return await store.add({
      manifest,
      adapterFile: file,
      report: await reportOf(repository, manifestRef.commit),
      origin: { kind: 'pulled', from: `${version.author.name} <${version.author.email}>`.slice(0, 1000) },
    });
  } finally {
    await removeAll(folder);
  }
}

/** Parts fetched before an interruption are in the private repository already and are not fetched again. */
async function assemble(
  repository: PrivateRepository,
  url: string,
  { id, parts, envelope, manifest }: SharedVersion,
  file: string,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  const out = await open(file, 'wx');
  try {
    for (const [index, expected] of envelope.parts.entries()) {
      onProgress({ partsDone: index, parts: envelope.parts.length });
      const part = parts[index]!;
      if (part.ref.kind !== 'part' || part.ref.part !== index)
        throw new ShareError(
          'damaged',
          `Part ${index + 1} of ${id} is missing at the remote. Ask its author to publish it again.`,
        );
      const here = await repository.run('cat-file', '-t', `${part.commit}:part`).catch(() => '');
      if (here !== 'blob')
        await fetchRefs(repository, url, [part.ref], MOST_PART_FETCH_BYTES).catch((error: unknown) => {
          throw isGone(error) ? deletedMeanwhile(id, error) : error;
        });
      const bytes = await readFileOf(repository, part.commit, 'part', expected.sizeBytes).catch(
        async (error: unknown) => {
          if (error instanceof GitFailed || (error instanceof ShareError && error.problem === 'too-large')) throw error;
          // Where the object that was listed did not come, its ref is another's by now.
          const isHere = await repository.run('cat-file', '-e', part.commit).then(
            () => true,
            () => false,
          );
          const why = isHere
            ? `Part ${index + 1} of ${id} holds nothing of an adapter at the remote. Ask its author to publish it again.`
            : `${refName(part.ref)} changed while it was fetched. Try again.`;
          throw new ShareError('damaged', why, { cause: error });
        },
      );
      if (bytes.length !== expected.sizeBytes || sha256(bytes) !== expected.sha256)
        throw new ShareError(
          'damaged',
          `Part ${index + 1} of ${id} does not match its manifest. Ask its author to publish it again.`,
        );
      await out.writeFile(bytes);
    }
    await out.sync();
  } finally {
    await out.close();
  }
  await requireWhole(file, manifest.adapter.sha256, id);
  onProgress({ partsDone: parts.length, parts: parts.length });
}

function deletedMeanwhile(id: string, cause: unknown): ShareError {
  return new ShareError(
    'not-found',
    `${id} was deleted at the remote meanwhile. Choose another, or ask its author to publish it again.`,
    { cause },
  );
}

async function requireWhole(file: string, wanted: string, id: string): Promise<void> {
  if ((await sha256File(file)) !== wanted)
    throw new ShareError(
      'damaged',
      `The adapter of ${id} does not match its manifest. Ask its author to publish it again.`,
    );
}

/** The author's measurements, for display only; the decision is based on our own. `shared` is null where they are none. */
async function reportOf(repository: PrivateRepository, commit: string): Promise<{ readonly shared: Report | null }> {
  const json = await readFileOf(repository, commit, 'report.json', MOST_REPORT_BYTES).catch(() => null);
  return { shared: reportSchema.safeParse(parseJson(json?.toString('utf8') ?? '')).data ?? null };
}
