/** The folders of a client's window, and the chosen one, to which requests without a folder apply. Pure. */
import { basename, dirname, resolve } from 'node:path';
import type { WindowFolder } from '../protocol/index.ts';

export class WindowFolders {
  #open: readonly WindowFolder[] = [];
  #wanted: string | null = null;
  #areKnown = false;

  /** Whether the client has told them yet: settings may come before. */
  get areKnown(): boolean {
    return this.#areKnown;
  }

  get all(): readonly WindowFolder[] {
    return this.#open;
  }

  /** null in a window without folders. */
  get chosen(): WindowFolder | null {
    return this.#find(this.#wanted) ?? this.#open[0] ?? null;
  }

  set(folders: readonly WindowFolder[]): void {
    this.#areKnown = true;
    this.#open = distinct(folders);
    if (this.#find(this.#wanted) === undefined) this.#wanted = null;
  }

  /** @throws as `of` does. */
  choose(path: string): void {
    this.#wanted = this.of(path);
  }

  /** Path of the folder that a request applies to. @throws an error with a message for the user. */
  of(asked: string | undefined): string {
    const { chosen } = this;
    if (chosen === null) throw new Error('Open the folder of a repository first.');
    if (asked === undefined) return chosen.path;
    const found = this.#find(resolve(asked));
    if (found === undefined) {
      const known = this.#open.map(({ path }) => path).join(', ');
      throw new Error(`This window has no folder ${asked}. It has: ${known}.`);
    }
    return found.path;
  }

  /** null if the window has only one folder: nobody needs to be told which. */
  nameIfSeveral(path: string): string | null {
    return this.#open.length > 1 ? (this.#find(path)?.name ?? basename(path)) : null;
  }

  /** `message` about a folder, prefixed with its name if there are several. */
  sayOf(path: string, message: string): string {
    const name = this.nameIfSeveral(path);
    return name === null ? message : `${name}: ${message}`;
  }

  #find(path: string | null): WindowFolder | undefined {
    return this.#open.find((folder) => folder.path === path);
  }
}

function distinct(folders: readonly WindowFolder[]): WindowFolder[] {
  const times = Map.groupBy(folders, ({ name }) => name);
  return folders.map(({ path, name }) =>
    times.get(name)!.length > 1 ? { path, name: `${name} (${dirname(path)})` } : { path, name },
  );
}
