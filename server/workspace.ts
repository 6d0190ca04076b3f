/** Which repository a document belongs to, and which adapter serves there. */
import { basename, dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterRef } from './engine/types.ts';

export interface DocumentPlace {
  /** The workspace folder the document lies in; its own folder outside of all, null for documents without a file. */
  readonly folder: string | null;
  /** Relative to the folder, '/' separated; '' without one. */
  readonly path: string;
  readonly repoName: string;
}

export class Workspace {
  readonly #adapterOf: (folder: string) => Promise<AdapterRef | null>;
  readonly #adapters = new Map<string, Promise<AdapterRef | null>>();
  #folders: readonly string[] = [];

  constructor(adapterOf: (folder: string) => Promise<AdapterRef | null>) {
    this.#adapterOf = adapterOf;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  setFolders(uris: readonly string[]): void {
    this.#folders = uris.flatMap((uri) => pathOf(uri) ?? []);
    this.#adapters.clear();
  }

  place(uri: string): DocumentPlace {
    const file = pathOf(uri);
    if (file === null) {
      const folder = this.#folders[0] ?? null;
      return { folder, path: '', repoName: folder === null ? '' : basename(folder) };
    }
    const holding = this.#folders.filter((folder) => file === folder || file.startsWith(folder + sep));
    const folder = holding.sort((a, b) => b.length - a.length)[0] ?? dirname(file);
    return { folder, path: relative(folder, file).split(sep).join('/'), repoName: basename(folder) };
  }

  /** The adapter that serves in `folder`; looked up once until {@link forgetAdapters}. */
  async adapter(folder: string | null): Promise<AdapterRef | null> {
    if (folder === null) return null;
    let found = this.#adapters.get(folder);
    if (found === undefined) {
      found = this.#adapterOf(folder);
      this.#adapters.set(folder, found);
    }
    return await found;
  }

  /** After a switch or a tune. */
  forgetAdapters(): void {
    this.#adapters.clear();
  }
}

/** null for documents that are not files (untitled, git:, notebook cells name their notebook's file). */
export function pathOf(uri: string): string | null {
  const parsed = URL.parse(uri);
  if (parsed === null) return null;
  if (parsed.protocol === 'vscode-notebook-cell:') return pathOf(`file://${parsed.pathname}`);
  if (parsed.protocol !== 'file:') return null;
  try {
    parsed.hash = '';
    parsed.search = '';
    return fileURLToPath(parsed);
  } catch {
    return null;
  }
}
