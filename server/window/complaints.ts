/** What goes wrong while one works: one notice for one cause, not one per keystroke; the log has every one. */
import type { Notice } from '../protocol/index.ts';
import type { Client } from './client.ts';

/** For what is wrong in the settings. */
export const OPEN_SETTINGS = { title: 'Open Settings', command: 'repotune.settings' };

export class Complaints {
  readonly #client: Pick<Client, 'notice' | 'warn' | 'error'>;
  readonly #told = new Set<string>();

  constructor(client: Pick<Client, 'notice' | 'warn' | 'error'>) {
    this.#client = client;
  }

  /** Something failed, and the rest goes on. */
  warn(message: string, action?: Notice['action']): void {
    this.#client.warn(message);
    this.#tell({ severity: 'warning', message, ...(action && { action }) });
  }

  /** Nothing goes on until something is done about it. */
  error(message: string): void {
    this.#client.error(message);
    this.#tell({ severity: 'error', message });
  }

  /** All is well again: what goes wrong from now on is news. */
  forget(): void {
    this.#told.clear();
  }

  #tell(notice: Notice): void {
    if (this.#told.has(notice.message)) return;
    this.#told.add(notice.message);
    this.#client.notice(notice);
  }
}
