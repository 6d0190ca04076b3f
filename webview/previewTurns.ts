interface Place {
  /** Path. */
  readonly folder: string;
  readonly key: string;
}

/**
 * When a folder's files are looked at: once for a folder and a base, since that takes a while, and after a failure only when
 * the user wants it again. What was found is kept for when the place comes into view again. One question at a time: an answer
 * does not say which base it was for. Pure.
 */
export class PreviewTurns<Found> {
  /** The folder and the base in view; null without a folder, undefined before anything is known. */
  #place: Place | null | undefined;
  /** What the question under way is about. */
  #asked: Place | null = null;
  readonly #found = new Map<string, Found>();
  #failed = false;
  #owed = false;

  /** Whether that is another place than before. */
  moveTo(folder: string | null, basePath: string | null): boolean {
    const place = folder === null ? null : { folder, key: JSON.stringify([folder, basePath]) };
    if (this.#place !== undefined && place?.key === this.#place?.key) return false;
    this.#place = place;
    this.#failed = false;
    this.#owed = false;
    return true;
  }

  /** What was found in the place in view. */
  get found(): Found | undefined {
    return this.#place ? this.#found.get(this.#place.key) : undefined;
  }

  /** Whether it is to be asked now; it counts as asked then. */
  take(): boolean {
    if (!this.#place || this.#failed || this.#found.has(this.#place.key)) return false;
    this.#owed = this.#asked !== null && this.#asked.key !== this.#place.key;
    if (this.#asked !== null) return false;
    this.#asked = this.#place;
    return true;
  }

  /** The place in view was to be asked about while another one was: that is to be done behind its answer. */
  get isOwed(): boolean {
    return this.#owed;
  }

  /** The user looks again: what failed may be tried again. */
  retry(): void {
    this.#failed = false;
  }

  /**
   * An answer came about `folder`, or (null) none could be given. Whether it is about the place in view. A panel that was closed may have
   * asked about another folder: the answer to that reaches the one that took its place.
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
