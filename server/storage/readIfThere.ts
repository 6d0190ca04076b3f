import { readBounded } from './readBounded.ts';

/** As {@link readBounded}; null if it is missing or must not be read. @throws if the file system withholds it for now */
export async function readIfThere(path: string, mostBytes: number): Promise<string | null> {
  try {
    return await readBounded(path, mostBytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ENOENT') return null;
    throw error;
  }
}
