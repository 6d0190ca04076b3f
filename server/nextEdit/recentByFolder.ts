/** Recent changes by folder: those in one say nothing about another. */
import { RecentEdits } from '../edits/recentEdits.ts';

export interface RecentByFolderDependencies {
  place(uri: string): { readonly folder: string | null; readonly path: string };
  nowMs(): number;
  log(line: string): void;
}

export class RecentByFolder {
  readonly #dependencies: RecentByFolderDependencies;
  readonly #folders = new Map<string, RecentEdits>();

  constructor(dependencies: RecentByFolderDependencies) {
    this.#dependencies = dependencies;
  }

  inFolderOf(uri: string): RecentEdits {
    const { nowMs, log } = this.#dependencies;
    const folder = this.folderOf(uri);
    let recent = this.#folders.get(folder);
    if (recent === undefined) {
      recent = new RecentEdits({
        nowMs,
        onLeftOut: (of, why) => log(`not remembered for next edits in ${of}: ${why}`),
      });
      this.#folders.set(folder, recent);
    }
    return recent;
  }

  /** '' without one. */
  folderOf(uri: string): string {
    return this.#dependencies.place(uri).folder ?? '';
  }

  pathOf(uri: string): string {
    const { path } = this.#dependencies.place(uri);
    return path === '' ? 'untitled' : path;
  }
}
