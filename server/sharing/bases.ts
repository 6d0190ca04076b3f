import { findDownload } from '../models/findDownload.ts';
import type { ModelLibrary } from '../models/library.ts';
import { sha256OfModel } from '../storage/hash.ts';
import type { Bases } from './service.ts';

/** Bases on this machine and on the hub, both by hash. */
export function basesOf(library: ModelLibrary): Bases {
  return {
    find: baseFinder(library),
    download: (base, proxy, signal) => findDownload(base, { ...proxy, ...(signal ? { signal } : {}) }),
  };
}

/** Finds a base on this machine by its hash: an adapter fits bytes, not names. */
function baseFinder(library: ModelLibrary): (sha256: string) => Promise<string | null> {
  return async (sha256) => {
    for (const { path, problem } of await library.list())
      if (problem === '' && (await sha256OfModel(path)) === sha256) return path;
    return null;
  };
}
