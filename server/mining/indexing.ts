/** The retrieval index of a folder and of the documents open in it: the files that mining takes, without their secrets. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { WorkTree } from '../git/repository.ts';
import { languageOf } from '../languages/languageOf.ts';
import { entryOf, type IndexEntry, type RetrievalIndex } from '../retrieval/index.ts';
import { pathBelow, reasonAgainstDocument } from './admission.ts';
import { MiningCache } from './cache.ts';
import { defaultCachePath } from './cachePath.ts';
import { asMined } from './content.ts';
import { entriesOf, indexOf, rangesOf } from './contexts.ts';
import { mostPairsOf, readTree } from './core.ts';
import { mineText } from './fileMiner.ts';
import { Pauses } from './pauses.ts';
import { repositoryOf, workTreeOf } from './repository.ts';
import { listCandidates } from './sources.ts';

export interface IndexOptions {
  /** As for mining. */
  readonly processes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The index entries of a folder, file by file, with paths from the repository's root. Uses and fills mining's cache. */
export async function* indexEntries(
  folder: string,
  { processes, signal }: IndexOptions = {},
): AsyncGenerator<IndexEntry> {
  const path = resolve(folder);
  const repository = await repositoryOf(path, signal);
  const listing = await listCandidates(path, repository, signal);
  const tree = await readTree({
    mine: {
      folder: path,
      maxTrainPairs: 0,
      maxHeldOutPairs: 0,
      // Any context length makes mining collect signatures.
      contextChars: 1,
      ...(processes === undefined ? {} : { processes }),
    },
    listing,
    commit: '',
    // No pairs are needed here, but those of a tune are found on the way, and cached.
    mostPairs: mostPairsOf({}),
    cache: MiningCache.open(await defaultCachePath(repository)),
    onProgress: () => {},
    signal,
  });
  yield* entriesOf(tree.taken, tree.read, new Pauses(signal));
  await tree.saved;
}

export async function buildIndex(folder: string, signal?: AbortSignal): Promise<RetrievalIndex> {
  return await indexOf(indexEntries(folder, { signal }));
}

/** Path of a folder below its repository's root, '' for the root itself: the prefix of its documents' paths. */
export async function placeOf(folder: string): Promise<{ folder: string; workTree: WorkTree | null; within: string }> {
  const workTree = await workTreeOf(folder);
  // git resolves links in the root's path.
  const real = workTree === null ? folder : await realpath(folder);
  return { folder: real, workTree, within: workTree === null ? '' : pathBelow(workTree.root, real) };
}

/** The index entry of an open document; null if mining leaves it out. `path` is from the folder. */
export async function documentEntry(folder: string, path: string, shown: string): Promise<IndexEntry | null> {
  const text = asMined(shown);
  const { within, ...place } = await placeOf(folder);
  const fromRoot = within === '' ? path : `${within}/${path}`;
  const language = languageOf(fromRoot);
  if (language === null || (await reasonAgainstDocument({ ...place, path: fromRoot, text })) !== null) return null;
  return await indexedText(fromRoot, text);
}

/** The entry of a text that may be indexed. null if parsing takes too long. */
export async function indexedText(path: string, text: string): Promise<IndexEntry | null> {
  const language = languageOf(path);
  if (language === null) return null;
  const mined = await mineText(
    { path, language, seed: 1, density: 1, definitions: true, kinds: [] },
    text,
    Buffer.from(text),
  );
  if (!mined) return null;
  return entryOf({ path, text, definitions: rangesOf(mined.definitions), secrets: rangesOf(mined.secrets) });
}
