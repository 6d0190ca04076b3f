/**
 * What the users of a window's folders keep from learning, or from assistants. Where one folder is inside another, without a repository
 * around both or with one of its own, the lists of both count.
 */
import { KeptOut } from '../mining/keptOut.ts';
import type { Workspace } from './workspace.ts';

export class KeptOutInWindow {
  readonly #workspace: Pick<Workspace<unknown>, 'around'>;
  readonly #keptOut: KeptOut;

  constructor(workspace: Pick<Workspace<unknown>, 'around'>, nowMs: () => number) {
    this.#workspace = workspace;
    this.#keptOut = new KeptOut(nowMs);
  }

  /** Of `paths`, relative to the folder: by its own lists, or those of a folder around it. */
  async of(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set([...(await this.#keptOut.of(folder, paths)), ...(await this.around(folder, paths))]);
  }

  /** Only by the lists of the folders around it. */
  async around(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
    const out = new Set<string>();
    for (const outer of this.#workspace.around(folder)) {
      const fromOuter = (path: string): string => `${outer.path}/${path}`;
      const named = await this.#keptOut.of(outer.folder, paths.map(fromOuter));
      for (const path of paths) if (named.has(fromOuter(path))) out.add(path);
    }
    return out;
  }
}
