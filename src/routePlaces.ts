/** The parts of a repository that a document belongs to. No vscode here. */
import type { RoutePlace } from '../server/protocol/index.ts';

/** Its folder, unless that is the root, and its language. `path`: relative to the repository's root, separated by '/'. */
export function placesOf(path: string, language: string): RoutePlace[] {
  const folder = path.split('/').slice(0, -1).join('/');
  // In .gitignore syntax: `app/[id]` of a web site is a folder's name, not a character class.
  const glob = `/${folder.replace(/[\\*?[]/g, '\\$&')}/`;
  return [...(folder === '' ? [] : [{ glob }]), { language }];
}
