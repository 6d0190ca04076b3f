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
