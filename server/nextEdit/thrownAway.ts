/** Documents that are closed without being saved: what was changed in them is gone with their text, and nothing follows from it. */

export interface ThrownAwayDependencies {
  documentText(uri: string): string | undefined;
  /** Whether the file of a document that was closed says something else than it did. One that is gone may have got another name. */
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

  /** Once all files of documents that were closed are looked at. */
  async looked(): Promise<void> {
    await this.#looking;
  }

  async #look(uri: string, text: string): Promise<void> {
    const { documentText, isThrownAway } = this.#dependencies;
    // One that is open again is compared with what it said.
    if ((await isThrownAway(uri, text).catch(() => false)) && documentText(uri) === undefined) this.#forget(uri);
  }
}
