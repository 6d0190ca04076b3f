/** Compares a document with its file: git applies stashes and merges without a trace in its logs, and discarding is not announced. */
import { stat } from 'node:fs/promises';
import { sameLines } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { readBounded } from '../storage/readBounded.ts';

/** A document changed this soon after its file was written is being formatted on save: the editor reports that while it writes. */
const SAVED_MS = 50;
/** An editor rereads files a little later, or when somebody returns to it. */
const LATER_MS = 60_000;
const MOST_BYTES = 2 ** 20;

/**
 * Whether another program wrote the text and the editor then read it. `changedMs`: time of the document's last change. Someone typing saves
 * after the change, or has not saved it.
 */
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
 * Last modification time of a closed document's file, if its content differs from the document's: what was typed since then is lost. null
 * if it was saved, or its file does not exist.
 */
export async function thrownAwaySince(path: string, text: string): Promise<number | null> {
  try {
    return (await says(path, text)) ? null : (await stat(path)).mtimeMs;
  } catch {
    return null;
  }
}

/** By lines: the byte order mark and the kind of line ends are the file's own. */
async function says(path: string, text: string): Promise<boolean> {
  const written = (await readBounded(path, MOST_BYTES)).replace(/^\uFEFF/, '');
  return sameLines(linesOf(written), linesOf(text));
}
