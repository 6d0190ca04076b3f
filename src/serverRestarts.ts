import { Restarts } from '../server/common/restarts.ts';

export type ServerDeath =
  /** `message`: for the user; null from the second death on. */
  | { readonly kind: 'restart'; readonly message: string | null }
  /** Whoever started it gave it up, and reports why. */
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'give-up'; readonly message: string };

/** A server that dies is restarted, and the user told once; one that keeps dying is given up with one message. */
export class ServerRestarts {
  readonly #restarts: Restarts;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #isWanted: () => boolean;
  #told = false;

  constructor(nowMs: () => number, wait: (ms: number) => Promise<void>, isWanted: () => boolean) {
    this.#restarts = new Restarts(nowMs);
    this.#wait = wait;
    this.#isWanted = isWanted;
  }

  /** Resolves when it is time to restart. */
  async died(): Promise<ServerDeath> {
    if (!this.#isWanted()) return { kind: 'unwanted' };
    const decision = this.#restarts.next();
    if (decision.kind === 'give-up') {
      const message =
        'The Repotune server stopped three times within a minute and will not be restarted. "Repotune: Show Log" has its last output; "Repotune: Restart Server" tries again.';
      return { kind: 'give-up', message };
    }
    await this.#wait(decision.ms);
    // A failed start or a restart by the user may have given it up meanwhile.
    if (!this.#isWanted()) return { kind: 'unwanted' };
    const message = this.#told ? null : 'The Repotune server stopped unexpectedly and was restarted.';
    this.#told = true;
    return { kind: 'restart', message };
  }
}
