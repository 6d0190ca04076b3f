import { readBoundedBytes } from '../storage/readBounded.ts';
import { decode, maxFileBytes } from './content.ts';

/** What a file says on the disk by now; '' where it is gone, or is none that is mined. */
export async function savedText(path: string): Promise<string> {
  try {
    const decoded = decode(await readBoundedBytes(path, maxFileBytes));
    return decoded.kind === 'text' ? decoded.text : '';
  } catch {
    return '';
  }
}
