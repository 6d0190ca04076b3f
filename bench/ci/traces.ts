/** Finds where a token given to the action was left behind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of files below `folders` that contain the token, verbatim or as sent by git. */
export function tracesOf(token: string, folders: readonly string[]): string[] {
  const sent = Buffer.from(`x-access-token:${token}`).toString('base64');
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => {
        const bytes = readFileSync(path);
        return bytes.includes(token) || bytes.includes(sent);
      }),
  );
}
