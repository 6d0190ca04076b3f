import { contextFor, entryOf, type IndexEntry, RetrievalIndex } from '../retrieval/index.ts';
import type { MinedFile } from './fileMiner.ts';
import type { TextOf } from './materialize.ts';
import { Pauses } from './pauses.ts';
import type { Pair } from './types.ts';

/** Text of an index in UTF-16 units: enough for all but the largest repositories, and about 250 MB of memory. */
const maxIndexedText = 24_000_000;

/** Entries of these files for an index like completion's. */
export async function* entriesOf(
  files: readonly MinedFile[],
  read: TextOf,
  pauses: Pauses,
): AsyncGenerator<IndexEntry> {
  let left = maxIndexedText;
  for (const { path, definitions, secrets } of files) {
    if (pauses.due) await pauses.take();
    const text = read(path);
    if (text === null || text.length > left) continue;
    left -= text.length;
    yield entryOf({ path, text, definitions: rangesOf(definitions), secrets: rangesOf(secrets) });
  }
}

/** The index that completion would build from these entries. */
export async function indexOf(entries: AsyncIterable<IndexEntry>): Promise<RetrievalIndex> {
  const index = new RetrievalIndex();
  for await (const entry of entries) index.set(entry);
  return index;
}

/**
 * The pairs with their cross-file context. The index holds training files only, for held-out pairs too: held-out text in a training prompt
 * would be training on it.
 */
export async function addContexts(
  pairs: readonly Pair[],
  indexed: readonly MinedFile[],
  read: TextOf,
  maxChars: number,
  signal: AbortSignal | undefined,
): Promise<Pair[]> {
  const pauses = new Pauses(signal);
  const index = await indexOf(entriesOf(indexed, read, pauses));
  const result: Pair[] = [];
  for (const pair of pairs) {
    if (pauses.due) await pauses.take();
    result.push({ ...pair, context: contextFor({ ...pair, recent: [] }, index, maxChars) });
  }
  return result;
}

/** Converts a flat [n, 2] array to ranges. */
export function rangesOf(flat: Int32Array): { start: number; end: number }[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => ({
    start: flat[2 * i] as number,
    end: flat[2 * i + 1] as number,
  }));
}
