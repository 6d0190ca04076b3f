/** Which of the window's folders is worked on: the one the user pinned, else that of the active editor. No vscode here. */

export class FolderChoice {
  #folders: readonly string[] = [];
  #pinned: string | null;
  #followed: string | null = null;

  /** `pinned`: as it was kept. */
  constructor(pinned: string | null) {
    this.#pinned = pinned;
  }

  /** null in a window without folders. */
  get chosen(): string | null {
    const known = [this.#pinned, this.#followed].find((path) => path !== null && this.#folders.includes(path));
    return known ?? this.#folders[0] ?? null;
  }

  get pinned(): string | null {
    return this.#pinned;
  }

  /** A pinned folder that is taken away is pinned no more, also when it comes back. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    if (this.#pinned !== null && !folders.includes(this.#pinned)) this.#pinned = null;
  }

  /** `folder` of the active editor; null for one outside of all folders, or none: then the last one stays. */
  looksAt(folder: string | null): void {
    this.#followed = folder ?? this.#followed;
  }

  /** null: follows the active editor again. */
  pin(folder: string | null): void {
    this.#pinned = folder !== null && this.#folders.includes(folder) ? folder : null;
  }
}
