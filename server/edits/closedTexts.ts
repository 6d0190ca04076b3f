/**
 * Texts of documents when they were closed. A reopened document may differ: it was closed without saving, or changed on disk meanwhile.
 * Then its earlier changes do not lead to its text.
 */
import { hash } from 'node:crypto';

/** As many as anybody returns to; forgotten ones count as unchanged. */
const MOST = 500;

export class ClosedTexts {
  /** Most recently closed last. */
  readonly #hashes = new Map<string, string>();

  closed(uri: string, text: string): void {
    this.#hashes.delete(uri);
    this.#hashes.set(uri, hash('sha256', text));
    const [oldest] = this.#hashes.keys();
    if (this.#hashes.size > MOST && oldest !== undefined) this.#hashes.delete(oldest);
  }

  /** Whether a reopened document differs from when it was closed: reported once. */
  isOther(uri: string, text: string): boolean {
    const known = this.#hashes.get(uri);
    return this.#hashes.delete(uri) && known !== hash('sha256', text);
  }
}
