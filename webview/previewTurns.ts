interface Place {
  /** Path. */
  readonly folder: string;
  readonly key: string;
}

/**
 * When to request a preview of a folder's files: once per folder and base, since it takes a while, and after a failure only if the user
 * asks again. Results are kept for when the place is back in view. One request at a time: an answer does not say which base it was for.
 * Pure.
 */
export class PreviewTurns<Found> {
  /** The folder and the base in view; null without a folder, undefined before anything is known. */
  #place: Place | null | undefined;
  /** What the pending request is about. */
  #asked: Place | null = null;
  readonly #found = new Map<string, Found>();
  #failed = false;
  #owed = false;

  /** Returns whether the place changed. */
  moveTo(folder: string | null, basePath: string | null): boolean {
    const place = folder === null ? null : { folder, key: JSON.stringify([folder, basePath]) };
    if (this.#place !== undefined && place?.key === this.#place?.key) return false;
    this.#place = place;
    this.#failed = false;
    this.#owed = false;
    return true;
  }

  /** The result for the place in view. */
  get found(): Found | undefined {
    return this.#place ? this.#found.get(this.#place.key) : undefined;
  }

  /** Whether to ask now; if so, it counts as asked. */
  take(): boolean {
    if (!this.#place || this.#failed || this.#found.has(this.#place.key)) return false;
    this.#owed = this.#asked !== null && this.#asked.key !== this.#place.key;
    if (this.#asked !== null) return false;
    this.#asked = this.#place;
    return true;
  }

  /** The place in view needed a request while another was pending: it is due after that answer. */
  get isOwed(): boolean {
    return this.#owed;
  }

  /** The user looks again: a failed request may be retried. */
  retry(): void {
    this.#failed = false;
  }

  /**
   * Takes an answer about `folder`, or (null) the failure to give one. Returns whether it is about the place in view. A closed panel may
   * have asked about another folder: its answer reaches the panel that replaced it.
   */
  answered(folder: string | null, found: Found | null): boolean {
    const asked = this.#asked;
    if (asked === null || asked.folder !== folder) return false;
    this.#asked = null;
    if (found !== null) this.#found.set(asked.key, found);
    if (asked.key !== this.#place?.key) return false;
    this.#failed = found === null;
    return true;
  }
}
