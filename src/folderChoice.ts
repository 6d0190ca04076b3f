/** Which of the window's folders is worked on: the pinned one, else the active editor's. No vscode here. */

export class FolderChoice {
  #folders: readonly string[] = [];
  #pinned: string | null;
  #followed: string | null = null;

  /** `pinned`: as last stored. */
  constructor(pinned: string | null) {
    this.#pinned = pinned;
  }

  /** null in a window without folders. */
  get chosen(): string | null {
    return this.#known ?? this.#folders[0] ?? null;
  }

  /** Whether nobody has pointed at the chosen one: it is the first of several, and no editor was open yet. */
  get isGuess(): boolean {
    return this.#folders.length > 1 && this.#known === undefined;
  }

  get pinned(): string | null {
    return this.#pinned;
  }

  get #known(): string | undefined {
    return [this.#pinned, this.#followed].filter((path) => path !== null).find((path) => this.#folders.includes(path));
  }

  /** A pinned folder that is removed stays unpinned, even if it comes back. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    if (this.#pinned !== null && !folders.includes(this.#pinned)) this.#pinned = null;
  }

  /** `folder`: the active editor's; null if there is none, or it is outside all folders: then the last one stays. */
  looksAt(folder: string | null): void {
    this.#followed = folder ?? this.#followed;
  }

  /** null: follow the active editor again. */
  pin(folder: string | null): void {
    this.#pinned = folder !== null && this.#folders.includes(folder) ? folder : null;
  }
}
