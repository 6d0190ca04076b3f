/** What a document has of its file: git takes stashes back and merges without a word in its logs, and nobody tells of what is thrown away. */
import { stat } from 'node:fs/promises';
import { sameLines } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { readBounded } from '../storage/readBounded.ts';

/** A document that is changed so soon after its file is saved as it was formatted: the editor tells of it while it writes. */
const SAVED_MS = 50;
/** An editor reads files again a little later, or when somebody comes back to it. */
const LATER_MS = 60_000;
const MOST_BYTES = 2 ** 20;

/** Whether something else wrote the text, which the editor then read. `changedMs`: when the document was changed last. Who types saves after the change, or has not saved it. */
export async function isFromDisk(path: string, text: string, changedMs: number): Promise<boolean> {
  try {
    const { mtimeMs, ctimeMs } = await stat(path);
    const sinceMs = changedMs - Math.max(mtimeMs, ctimeMs);
    if (sinceMs < SAVED_MS || sinceMs > LATER_MS) return false;
    return await says(path, text);
  } catch {
    return false;
  }
}

/**
 * When the file of a document that was closed was written last, where it says something else than the document did: what was typed since is
 * gone. null where it was saved, or its file is not there.
 */
export async function thrownAwaySince(path: string, text: string): Promise<number | null> {
  try {
    return (await says(path, text)) ? null : (await stat(path)).mtimeMs;
  } catch {
    return null;
  }
}

/** By lines: a mark at its beginning and the kind of its line ends are the file's own. */
async function says(path: string, text: string): Promise<boolean> {
  const written = (await readBounded(path, MOST_BYTES)).replace(/^\uFEFF/, '');
  return sameLines(linesOf(written), linesOf(text));
}
