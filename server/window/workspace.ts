/** Which repository a document belongs to, and what serves there. */
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathWithin } from '../common/pathWithin.ts';
import type { WindowFolder } from '../protocol/index.ts';
import { realPathNow } from '../storage/realPathOf.ts';

export interface DocumentPlace {
  /**
   * The workspace folder that contains the document; its own folder if none does; without a file the one in view, null in a window without
   * folders.
   */
  readonly folder: string | null;
  /** Relative to the folder, '/' separated; '' without one. */
  readonly path: string;
  readonly repoName: string;
}

/** `Serving`: what completes in one folder. */
export class Workspace<Serving> {
  readonly #servingIn: (folder: string) => Promise<Serving>;
  readonly #inView: () => string | null;
  readonly #serving = new Map<string, Promise<Serving>>();
  #folders: readonly string[] = [];
  /** Where the folders' links lead: found once, since every keystroke asks. */
  #realFolders: readonly string[] = [];

  /** `inView`: the folder the window works on, to which documents without a file belong. */
  constructor(servingIn: (folder: string) => Promise<Serving>, inView: () => string | null) {
    this.#servingIn = servingIn;
    this.#inView = inView;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  setFolders(uris: readonly string[]): void {
    this.#folders = uris.flatMap((uri) => pathOf(uri) ?? []);
    this.#realFolders = this.#folders.map(realPathNow);
    this.#serving.clear();
  }

  place(uri: string): DocumentPlace {
    const file = pathOf(uri);
    if (file === null) {
      const folder = this.#inView();
      return { folder, path: '', repoName: folder === null ? '' : basename(folder) };
    }
    const holding = this.#folders.filter((folder) => pathWithin(folder, file) !== null);
    const folder = holding.sort((a, b) => b.length - a.length)[0] ?? dirname(file);
    return { folder, path: pathWithin(folder, file) ?? '', repoName: basename(folder) };
  }

  /**
   * A file's paths from all the window's folders that hold it, for what must be kept out: whoever opens a folder and one inside it may name it
   * from either, and editors open files by links that lead to them. None for what is not a file; its name if no folder holds it.
   */
  pathsFrom(file: string | null): string[] {
    if (file === null) return [];
    return [...new Set([...pathsIn(this.#folders, file), ...pathsIn(this.#realFolders, realPathNow(file))])];
  }

  /** The window's other folders that hold this one, and its path from each. */
  around(folder: string): { readonly folder: string; readonly path: string }[] {
    return this.#folders.flatMap((outer) => {
      const path = outer === folder ? null : pathWithin(outer, folder);
      return path === null ? [] : [{ folder: outer, path }];
    });
  }

  /** What serves in `folder`; cached until {@link forgetServing}. */
  async serving(folder: string | null): Promise<Serving | null> {
    if (folder === null) return null;
    let found = this.#serving.get(folder);
    if (found === undefined) {
      found = this.#servingIn(folder);
      this.#serving.set(folder, found);
    }
    return await found;
  }

  /** To be called after a switch or a tune. */
  forgetServing(): void {
    this.#serving.clear();
  }
}

/** The window folders that exist on disk, by path. */
export function onDisk(folders: readonly { readonly uri: string; readonly name: string }[]): WindowFolder[] {
  return folders.flatMap(({ uri, name }) => {
    const path = pathOf(uri);
    return path === null ? [] : [{ path, name }];
  });
}

function pathsIn(folders: readonly string[], file: string): string[] {
  const paths = folders.flatMap((folder) => pathWithin(folder, file) ?? []);
  return paths.length > 0 ? paths : [basename(file)];
}

const FILE_TO_BE: ReadonlySet<string> = new Set(['vscode-notebook-cell:', 'untitled:']);

/**
 * null for documents that are not files (git:, or untitled without a name); notebook cells count as their notebook's file, and a file that is
 * not saved yet as the one it will be. Some clients end a folder's URI in a slash, which no path keeps but a root's.
 */
export function pathOf(uri: string): string | null {
  const parsed = URL.parse(uri);
  if (parsed === null) return null;
  if (FILE_TO_BE.has(parsed.protocol))
    return parsed.pathname.startsWith('/') ? pathOf(`file://${parsed.pathname}`) : null;
  if (parsed.protocol !== 'file:') return null;
  try {
    parsed.hash = '';
    parsed.search = '';
    return resolve(fileURLToPath(parsed));
  } catch {
    return null;
  }
}
