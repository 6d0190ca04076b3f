/** Places in files that are not open: asked of another process once for each change, and waited for a moment. */
import type { LineChange } from '../edits/change.ts';
import type { NextEditJump } from '../protocol/index.ts';
import { reasonFor, seenOutside } from './jumps.ts';
import type { UseOnDisk, UsesToFind } from './usesOnDisk.ts';

export interface JumpsOnDiskDependencies {
  /** Whether somebody opened the folder: no other is read. */
  isOpened(folder: string): boolean;
  usesOnDisk(wanted: UsesToFind): Promise<readonly UseOnDisk[]>;
  uriOf(folder: string, path: string): string;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * The other process may have to start first, and a busy machine takes seconds for that: nobody asks again by himself once the answer came
 * without. A key or a newer question ends the waiting, and what is found later is there for the next one.
 */
const MOST_MS = 60_000;

export class JumpsOnDisk {
  readonly #dependencies: JumpsOnDiskDependencies;
  #last: { readonly key: string; readonly found: Promise<readonly UseOnDisk[]> } | null = null;

  constructor(dependencies: JumpsOnDiskDependencies) {
    this.#dependencies = dependencies;
  }

  /** Files may be others by now: e.g. a document was saved and closed. */
  forget(): void {
    this.#last = null;
  }

  /** `open`: documents of the folder, by their paths from it. */
  async to(folder: string, change: LineChange, open: readonly string[], signal: AbortSignal): Promise<NextEditJump[]> {
    const { isOpened, usesOnDisk, uriOf, wait } = this.#dependencies;
    const seen = seenOutside(change);
    if (seen === null || !isOpened(folder)) return [];
    const key = JSON.stringify([folder, change]);
    if (this.#last?.key !== key) {
      const found = usesOnDisk({ folder, change, open });
      this.#last = { key, found };
      // One that failed is asked again.
      found.catch(() => {
        if (this.#last?.found === found) this.#last = null;
      });
    }
    const done = new AbortController();
    const late = wait(MOST_MS, AbortSignal.any([signal, done.signal])).then((): readonly UseOnDisk[] => []);
    const uses = await Promise.race([this.#last.found, late]).finally(() => done.abort());
    const reason = reasonFor(seen.name, change.path);
    return uses
      .filter(({ path }) => !open.includes(path))
      .map(({ path, range }) => ({ uri: uriOf(folder, path), range, reason }));
  }
}
