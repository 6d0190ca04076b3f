/** Whether a document has its text from the disk, where something else wrote it: git takes stashes back and merges without a word in its logs. */
import { stat } from 'node:fs/promises';
import { sameLines } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { readBounded } from '../storage/readBounded.ts';

/** A document that is changed so soon after its file is saved as it was formatted: the editor tells of it while it writes. */
const SAVED_MS = 50;
/** An editor reads files again a little later, or when somebody comes back to it. */
const LATER_MS = 60_000;
const MOST_BYTES = 2 ** 20;

/** `changedMs`: when the document was changed last. Who types saves after the change, or has not saved it. */
export async function isFromDisk(path: string, text: string, changedMs: number): Promise<boolean> {
  try {
    const { mtimeMs, ctimeMs } = await stat(path);
    const sinceMs = changedMs - Math.max(mtimeMs, ctimeMs);
    if (sinceMs < SAVED_MS || sinceMs > LATER_MS) return false;
    const written = (await readBounded(path, MOST_BYTES)).replace(/^\uFEFF/, '');
    return sameLines(linesOf(written), linesOf(text));
  } catch {
    return false;
  }
}
