/** Errors during work: one notice per cause, not one per keystroke; the log has every one. */
import type { Notice } from '../protocol/index.ts';
import type { Client } from './client.ts';

/** The action for errors in the settings. */
export const OPEN_SETTINGS = { title: 'Open Settings', command: 'repotune.settings' };

export class Complaints {
  readonly #client: Pick<Client, 'notice' | 'warn' | 'error'>;
  readonly #told = new Set<string>();

  constructor(client: Pick<Client, 'notice' | 'warn' | 'error'>) {
    this.#client = client;
  }

  /** A non-fatal failure. */
  warn(message: string, action?: Notice['action']): void {
    this.#client.warn(message);
    this.#tell({ severity: 'warning', message, ...(action && { action }) });
  }

  /** Nothing works until something is done about it. */
  error(message: string): void {
    this.#client.error(message);
    this.#tell({ severity: 'error', message });
  }

  /** All is well again: from now on every error counts as new. */
  forget(): void {
    this.#told.clear();
  }

  #tell(notice: Notice): void {
    if (this.#told.has(notice.message)) return;
    this.#told.add(notice.message);
    this.#client.notice(notice);
  }
}
