import { stat } from 'node:fs/promises';
import { readBoundedBytes } from '../storage/readBounded.ts';
import { decode, maxFileBytes } from './content.ts';

/** A file's current text on disk; '' if it is gone, or not one that is mined. */
export async function savedText(path: string): Promise<string> {
  try {
    const decoded = decode(await readBoundedBytes(path, maxFileBytes));
    return decoded.kind === 'text' ? decoded.text : '';
  } catch {
    return '';
  }
}

/** When a file was last changed, or put in its place, by the system's clock; null if it is gone. */
export async function changedMs(path: string): Promise<number | null> {
  try {
    const { mtimeMs, ctimeMs } = await stat(path);
    return Math.max(mtimeMs, ctimeMs);
  } catch {
    return null;
  }
}
