/** Places in files that are not open: searched by another process once per change, with a limited wait. */
import type { LineChange } from '../edits/change.ts';
import type { NextEditJump } from '../protocol/index.ts';
import { reasonFor, seenOutside } from './jumps.ts';
import type { UseOnDisk, UsesToFind } from './usesOnDisk.ts';

export interface JumpsOnDiskDependencies {
  /** Whether the user opened the folder: no other is read. */
  isOpened(folder: string): boolean;
  usesOnDisk(wanted: UsesToFind): Promise<readonly UseOnDisk[]>;
  /** Whether a setting excludes a file: nothing would be suggested there. `path` is relative to the folder. */
  isExcluded(folder: string, path: string): boolean;
  uriOf(folder: string, path: string): string;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * The other process may have to start first, which takes seconds on a busy machine, and nobody asks again after an answer without jumps. A
 * key or a newer question ends the wait; what is found later serves the next one.
 */
const MOST_MS = 60_000;

interface Search {
  readonly key: string;
  /** Empty if a newer search came before its turn. */
  readonly found: Promise<readonly UseOnDisk[]>;
}

export class JumpsOnDisk {
  readonly #dependencies: JumpsOnDiskDependencies;
  #last: Search | null = null;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(dependencies: JumpsOnDiskDependencies) {
    this.#dependencies = dependencies;
  }

  /** Files may have changed: e.g. a document was saved and closed. */
  forget(): void {
    this.#last = null;
  }

  /** `open`: open documents of the folder, by their paths from it. */
  async to(folder: string, change: LineChange, open: readonly string[], signal: AbortSignal): Promise<NextEditJump[]> {
    const { isOpened, usesOnDisk, isExcluded, uriOf, wait } = this.#dependencies;
    const seen = seenOutside(change);
    if (seen === null || !isOpened(folder)) return [];
    const key = JSON.stringify([folder, change]);
    if (this.#last?.key !== key) {
      // In a large repository each takes seconds, and other requests to that process would wait for all of them.
      const search: Search = {
        key,
        found: this.#underWay.then(() => (this.#last === search ? usesOnDisk({ folder, change, open }) : [])),
      };
      this.#last = search;
      // A failed search is repeated.
      this.#underWay = search.found.catch(() => {
        if (this.#last === search) this.#last = null;
      });
    }
    const done = new AbortController();
    const late = wait(MOST_MS, AbortSignal.any([signal, done.signal])).then((): readonly UseOnDisk[] => []);
    const uses = await Promise.race([this.#last.found, late]).finally(() => done.abort());
    const reason = reasonFor(seen.name, change.path);
    return uses
      .filter(({ path }) => !open.includes(path) && !isExcluded(folder, path))
      .map(({ path, range }) => ({ uri: uriOf(folder, path), range, reason }));
  }
}
