import { readBounded } from './readBounded.ts';

/** As {@link readBounded}; null where there is none, or what is there is not to be read. @throws where the file system does not give it out for now */
export async function readIfThere(path: string, mostBytes: number): Promise<string | null> {
  try {
    return await readBounded(path, mostBytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ENOENT') return null;
    throw error;
  }
}
