/**
 * When a folder's files are looked at: once for a folder and a base, since that takes a while, and after a failure only when
 * the user wants it again. One question at a time: an answer does not say which base it was for. Pure.
 */
export class PreviewTurns {
  /** The folder and the base in view; null without a folder, undefined before anything is known. */
  #place: string | null | undefined;
  /** What the question under way is about. */
  #asked: string | null = null;
  #settled: 'no' | 'answered' | 'failed' = 'no';

  /** Whether that is another place than before. */
  moveTo(folder: string | null, basePath: string | null): boolean {
    const place = folder === null ? null : JSON.stringify([folder, basePath]);
    if (place === this.#place) return false;
    this.#place = place;
    this.#settled = 'no';
    return true;
  }

  /** Whether it is to be asked now; it counts as asked then. */
  take(): boolean {
    if (typeof this.#place !== 'string' || this.#asked !== null || this.#settled !== 'no') return false;
    this.#asked = this.#place;
    return true;
  }

  /** The user looks again: what failed may be tried again. */
  retry(): void {
    if (this.#settled === 'failed') this.#settled = 'no';
  }

  /** An answer came, or none could be given. Whether it is about the place in view. */
  answered(success: boolean): boolean {
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null || asked !== this.#place) return false;
    this.#settled = success ? 'answered' : 'failed';
    return true;
  }
}
