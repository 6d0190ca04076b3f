/** Files of the working tree that mining takes, as they are on disk, for searching. */
import { nearestFirst } from '../common/nearestFirst.ts';
import type { LanguageName } from '../languages/grammars/index.ts';
import type { FallbackName } from '../languages/languageOf.ts';
import { decode, reasonFromFile } from './content.ts';
import { readBytes } from './fileMiner.ts';
import { placeOf } from './indexing.ts';
import { listCandidates } from './sources.ts';

export interface FilesToRead {
  readonly folder: string;
  /** A file by its path from the folder: files near it come first. */
  readonly near: string;
  readonly languages: ReadonlySet<LanguageName | FallbackName>;
  /** Words that the files must contain. */
  readonly words: string;
  /** Limit on the reading time, once the files are listed. */
  readonly mostReadingMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface FileOnDisk {
  /** From the folder. */
  readonly path: string;
  readonly text: string;
}

/** @throws {MiningError} if git cannot tell what belongs to the folder; the signal's reason if aborted. */
export async function* filesOnDisk(wanted: FilesToRead): AsyncGenerator<FileOnDisk> {
  const { folder, near, languages, words, mostReadingMs, signal } = wanted;
  const { within, workTree, folder: real } = await placeOf(folder);
  const { candidates } = await listCandidates(real, workTree, signal);
  const below = within === '' ? '' : `${within}/`;
  const bytesOf = Buffer.from(words);
  const open = candidates.flatMap((candidate) => {
    const isWanted = candidate.kind === 'open' && candidate.path.startsWith(below) && languages.has(candidate.language);
    return isWanted ? [{ path: candidate.path.slice(below.length), fullPath: candidate.fullPath }] : [];
  });
  const until = performance.now() + mostReadingMs;
  for (const { path, fullPath } of nearestFirst(open, near)) {
    signal?.throwIfAborted();
    if (performance.now() > until) return;
    const bytes = readBytes(fullPath);
    if (bytes === null || !bytes.includes(bytesOf) || reasonFromFile(bytes) !== null) continue;
    const decoded = decode(bytes);
    if (decoded.kind === 'text') yield { path, text: decoded.text };
  }
}
