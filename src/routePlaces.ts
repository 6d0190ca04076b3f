/** The parts of a repository that a document is an example of. No vscode here. */
import type { RoutePlace } from '../server/protocol/index.ts';

/** Its folder, unless that is the whole, and its language. `path`: from the folder that is open, '/' separated. */
export function placesOf(path: string, language: string): RoutePlace[] {
  const folder = path.split('/').slice(0, -1).join('/');
  // As .gitignore reads it: `app/[id]` of a web site is a folder's name there, and no class of characters.
  const glob = `/${folder.replace(/[\\*?[]/g, '\\$&')}/`;
  return [...(folder === '' ? [] : [{ glob }]), { language }];
}
