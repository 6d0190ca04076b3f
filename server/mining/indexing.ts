import { resolve } from 'node:path';
import { languageOf } from '../languages/languageOf.ts';
import type { IndexedFile, RetrievalIndex } from '../retrieval/index.ts';
import { MiningCache } from './cache.ts';
import { defaultCachePath } from './cachePath.ts';
import { reasonFromText } from './content.ts';
import { indexOf, rangesOf } from './contexts.ts';
import { mineListing, mostPairsOf } from './core.ts';
import { mineText } from './fileMiner.ts';
import { Pauses } from './pauses.ts';
import { repositoryOf } from './repository.ts';
import { listCandidates, reasonOf } from './sources.ts';

/** The retrieval index of a folder: the files that mining takes, without its secrets. Uses and fills mining's cache. */
export async function buildIndex(folder: string, signal?: AbortSignal): Promise<RetrievalIndex> {
  const path = resolve(folder);
  const repository = await repositoryOf(path, signal);
  const listing = await listCandidates(path, repository, signal);
  const mined = await mineListing({
    // Any context length asks for signatures.
    mine: { folder: path, maxTrainPairs: 0, maxHeldOutPairs: 0, contextChars: 1 },
    listing,
    commit: '',
    splitOf: (files) => new Map(files.map(({ path }) => [path, 'train' as const])),
    // No pairs here, but those of a tune are found on the way, and cached.
    mostPairs: mostPairsOf({}),
    cache: MiningCache.open(await defaultCachePath(path, signal)),
    onProgress: () => {},
    signal,
  });
  return await indexOf(mined.taken, mined.read, mined.language, new Pauses(signal));
}

/** One document as the index takes it in; null when mining would leave it out. `path` is from the repository's root. */
export async function indexedFile(path: string, text: string): Promise<IndexedFile | null> {
  const language = languageOf(path);
  if (language === null || reasonOf(path, text.length) !== null || reasonFromText(text) !== null) return null;
  const mined = await mineText(
    { path, language, seed: 1, density: 1, definitions: true, kinds: [] },
    text,
    Buffer.from(text),
  );
  if (!mined) return null;
  return { path, language, text, definitions: rangesOf(mined.definitions), secrets: rangesOf(mined.secrets) };
}
