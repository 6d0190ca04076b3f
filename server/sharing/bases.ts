import { findDownload } from '../models/findDownload.ts';
import type { ModelLibrary } from '../models/library.ts';
import { sha256OfModel } from '../storage/hash.ts';
import type { Bases } from './service.ts';

/** Bases on this machine and on the hub, both by hash. `chosen`: path of the one in use, which may be a file of the user's own. */
export function basesOf(library: ModelLibrary, chosen?: () => string): Bases {
  return {
    find: baseFinder(library, chosen),
    download: (base, proxy, signal) => findDownload(base, { ...proxy, ...(signal ? { signal } : {}) }),
  };
}

/** Finds a base on this machine by its hash: an adapter fits bytes, not names. */
function baseFinder(library: ModelLibrary, chosen?: () => string): (sha256: string) => Promise<string | null> {
  return async (sha256) => {
    if (chosen !== undefined && (await isOne(chosen, sha256))) return chosen();
    for (const { path, problem } of await library.list())
      if (problem === '' && (await isOne(() => path, sha256))) return path;
    return null;
  };
}

/** A file that is gone is none: what uses it says so. */
async function isOne(path: () => string, sha256: string): Promise<boolean> {
  try {
    return (await sha256OfModel(path())) === sha256;
  } catch {
    return false;
  }
}
