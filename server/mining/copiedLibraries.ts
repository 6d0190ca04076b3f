/** Libraries copied into the repository in folders that a project's own files may be in as well: what lies beside them tells. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { firstOf, type PathRule } from './ignore.ts';
import { statOfEntry } from './insideFolder.ts';

const COPIED = 'vendored or built';

/** For paths that lead through no link (`InsideFolder`). */
export function copiedRule(root: string): PathRule {
  return firstOf([podsRule(root), licensedRule(root)]);
}

const PODS = 'Pods';

/** A project about pods of another kind may have such a folder too, but no Podfile beside it. */
function podsRule(root: string): PathRule {
  const hasPodfile = remembering((folder) =>
    ['Podfile', 'Podfile.lock'].some((name) => statOfEntry(join(root, folder, name)) !== undefined),
  );
  return (path) => {
    const names = path.split('/').slice(0, -1);
    const copied = names.some((name, i) => name === PODS && hasPodfile(names.slice(0, i).join('/')));
    return copied ? COPIED : undefined;
  };
}

const OFTEN_OTHERS = /^(?:extern|external|deps|bundled|vendors)$/i;
const LICENCE = /^(?:(?:un)?licen[cs]e|copying|copyright)(?:[-.].*)?$/i;

/** Below such a folder, a library has its own licence; the project's own modules have at most a README. */
function licensedRule(root: string): PathRule {
  const hasLicence = remembering((folder) => entriesOf(join(root, folder)).some((name) => LICENCE.test(name)));
  return (path) => {
    const names = path.split('/').slice(0, -1);
    const from = names.findIndex((name) => OFTEN_OTHERS.test(name));
    if (from === -1) return undefined;
    const inside = names.slice(from + 1).map((_, i) => names.slice(0, from + 2 + i).join('/'));
    return inside.some(hasLicence) ? COPIED : undefined;
  };
}

/** A folder that is gone has no entries. */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function remembering(look: (folder: string) => boolean): (folder: string) => boolean {
  const known = new Map<string, boolean>();
  return (folder) => {
    const found = known.get(folder) ?? look(folder);
    known.set(folder, found);
    return found;
  };
}
