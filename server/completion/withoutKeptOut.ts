/**
 * What is kept out by the lists of a folder around the indexed one is not quoted in the prompts of other files either, nor what is kept out by
 * the folder's own since it was indexed.
 */
import type { CrossFileDependencies } from '../retrieval/crossFileContext.ts';

export interface KeepingOut {
  /** The window's folders around this one. */
  around(folder: string): readonly string[];
  /** Of `paths`, relative to the folder, those that such a folder's lists name. */
  namedAround(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** The same by its own lists, too. */
  keptOut(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The same sources without these files; read anew once other files are named. */
export function withoutKeptOut<Sources extends Omit<CrossFileDependencies, 'onError' | 'keptOut'>>(
  sources: Sources,
  { around, namedAround, keptOut }: KeepingOut,
): Sources & Pick<CrossFileDependencies, 'keptOut'> {
  return {
    ...sources,
    keptOut,
    buildIndex: async (folder, signal) => {
      const built = await sources.buildIndex(folder, signal);
      const prefix = built.within === '' ? '' : `${built.within}/`;
      const paths = [...built.index.paths()].filter((path) => path.startsWith(prefix));
      const named = await namedAround(
        folder,
        paths.map((path) => path.slice(prefix.length)),
      );
      for (const path of named) built.index.delete(`${prefix}${path}`);
      return built;
    },
    documentEntry: async (folder, path, text) =>
      (await namedAround(folder, [path])).has(path) ? null : await sources.documentEntry(folder, path, text),
    rulesState: async (folder) =>
      (await Promise.all([folder, ...around(folder)].map((one) => sources.rulesState(one)))).join('\n'),
  };
}
