/** Documents closed without saving: their changes are gone with their text, and nothing follows from them. */

export interface ThrownAwayDependencies {
  documentText(uri: string): string | undefined;
  /** Whether the file of a closed document differs from its last text. A deleted file may have been renamed. */
  isThrownAway(uri: string, text: string): Promise<boolean>;
}

export class ThrownAway {
  readonly #dependencies: ThrownAwayDependencies;
  readonly #forget: (uri: string) => void;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(dependencies: ThrownAwayDependencies, forget: (uri: string) => void) {
    this.#dependencies = dependencies;
    this.#forget = forget;
  }

  closed(uri: string, text: string): void {
    this.#looking = Promise.all([this.#looking, this.#look(uri, text)]);
  }

  /** Resolves when the files of all closed documents have been checked. */
  async looked(): Promise<void> {
    await this.#looking;
  }

  async #look(uri: string, text: string): Promise<void> {
    const { documentText, isThrownAway } = this.#dependencies;
    // A reopened one is compared with its text when it was closed.
    if ((await isThrownAway(uri, text).catch(() => false)) && documentText(uri) === undefined) this.#forget(uri);
  }
}
