import { stat } from 'node:fs/promises';

/** Whether there is a file, also behind a link. */
export async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}
