/**
 * When a folder's files are looked at: once for a folder and a base, since that takes a while, and after a failure only when
 * the user wants it again. What was found is kept for when the place comes into view again. One question at a time: an answer
 * does not say which base it was for. Pure.
 */
export class PreviewTurns<Found> {
  /** The folder and the base in view; null without a folder, undefined before anything is known. */
  #place: string | null | undefined;
  /** What the question under way is about. */
  #asked: string | null = null;
  readonly #found = new Map<string, Found>();
  #failed = false;
  #owed = false;

  /** Whether that is another place than before. */
  moveTo(folder: string | null, basePath: string | null): boolean {
    const place = folder === null ? null : JSON.stringify([folder, basePath]);
    if (place === this.#place) return false;
    this.#place = place;
    this.#failed = false;
    this.#owed = false;
    return true;
  }

  /** What was found in the place in view. */
  get found(): Found | undefined {
    return typeof this.#place === 'string' ? this.#found.get(this.#place) : undefined;
  }

  /** Whether it is to be asked now; it counts as asked then. */
  take(): boolean {
    if (typeof this.#place !== 'string' || this.#failed || this.#found.has(this.#place)) return false;
    this.#owed = this.#asked !== null && this.#asked !== this.#place;
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

  /** An answer came, or (null) none could be given. Whether it is about the place in view. */
  answered(found: Found | null): boolean {
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return false;
    if (found !== null) this.#found.set(asked, found);
    if (asked !== this.#place) return false;
    this.#failed = found === null;
    return true;
  }
}
