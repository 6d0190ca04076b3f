/**
 * What documents said when they were closed. One that is opened again may say something else: it was closed without being saved, or changed
 * on the disk meanwhile. What was changed in it before does not lead to its text then.
 */
import { hash } from 'node:crypto';

/** As many as anybody comes back to; what is forgotten counts as the same. */
const MOST = 500;

export class ClosedTexts {
  /** Closed last at the end. */
  readonly #hashes = new Map<string, string>();

  closed(uri: string, text: string): void {
    this.#hashes.delete(uri);
    this.#hashes.set(uri, hash('sha256', text));
    const [oldest] = this.#hashes.keys();
    if (this.#hashes.size > MOST && oldest !== undefined) this.#hashes.delete(oldest);
  }

  /** Whether a document that is open again says something else than when it was closed: told once. */
  isOther(uri: string, text: string): boolean {
    const known = this.#hashes.get(uri);
    return this.#hashes.delete(uri) && known !== hash('sha256', text);
  }
}
