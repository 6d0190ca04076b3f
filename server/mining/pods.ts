/** Libraries that CocoaPods has copied into the repository. */
import { join } from 'node:path';
import type { PathRule } from './ignore.ts';
import { statOfEntry } from './insideFolder.ts';

const FOLDER = 'Pods';

/** A project about pods of another kind may have such a folder too, but no Podfile beside it. */
export function podsRule(root: string): PathRule {
  const known = new Map<string, boolean>();
  const hasPodfile = (folder: string): boolean => {
    const found =
      known.get(folder) ??
      ['Podfile', 'Podfile.lock'].some((name) => statOfEntry(join(root, folder, name)) !== undefined);
    known.set(folder, found);
    return found;
  };
  return (path) => {
    const names = path.split('/').slice(0, -1);
    const copied = names.some((name, i) => name === FOLDER && hasPodfile(names.slice(0, i).join('/')));
    return copied ? 'vendored or built' : undefined;
  };
}
