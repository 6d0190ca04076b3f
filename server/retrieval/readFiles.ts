/** Which of the files in an index other programs have changed since they were read: git, a formatter, an assistant in a terminal. */

export interface ReadFilesDependencies {
  /** When a file was last changed, by the system's clock; null if it is gone. `path` is relative to the folder. */
  changedMs(path: string): Promise<number | null>;
  readonly lookEveryMs: number;
}

export class ReadFiles {
  readonly #dependencies: ReadFilesDependencies;
  /** When the index was built, by the system's clock. */
  readonly builtMs = Date.now();
  /** The last change known of files that were read since; infinite for those whose text an editor has. */
  readonly #known = new Map<string, number>();
  readonly #lookedAtMs = new Map<string, number>();

  constructor(dependencies: ReadFilesDependencies) {
    this.#dependencies = dependencies;
  }

  /** An editor has its text from now on. */
  edited(path: string): void {
    this.#known.set(path, Number.POSITIVE_INFINITY);
  }

  /** Its file was read, last changed then. */
  read(path: string, changedMs: number | null): void {
    this.#known.set(path, changedMs ?? 0);
  }

  /** Of `paths`. Each is looked at every few seconds at most. */
  async changedAmong(paths: readonly string[]): Promise<{ path: string; changedMs: number | null }[]> {
    const { changedMs, lookEveryMs } = this.#dependencies;
    const nowMs = performance.now();
    const due = paths.filter((path) => nowMs - (this.#lookedAtMs.get(path) ?? Number.NEGATIVE_INFINITY) >= lookEveryMs);
    for (const path of due) this.#lookedAtMs.set(path, nowMs);
    const looked = await Promise.all(due.map(async (path) => ({ path, changedMs: await changedMs(path) })));
    return looked.filter((one) => (one.changedMs ?? Number.MAX_VALUE) > (this.#known.get(one.path) ?? this.builtMs));
  }
}
