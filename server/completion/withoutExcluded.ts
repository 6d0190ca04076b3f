/** What `repotune.completions.exclude` names is not quoted in the prompts of other files either. */
import { Pauses } from '../mining/pauses.ts';
import type { CrossFileDependencies } from '../retrieval/crossFileContext.ts';

export interface Excluding {
  /** Whether a file is excluded now. `path` is relative to the folder. */
  isExcluded(folder: string, path: string): boolean;
  /** Another text whenever other files may be excluded. */
  state(): string;
}

/** The same sources without the excluded files; read anew once others are excluded. */
export function withoutExcluded<Sources extends Omit<CrossFileDependencies, 'onError'>>(
  sources: Sources,
  { isExcluded, state }: Excluding,
): Sources {
  return {
    ...sources,
    buildIndex: async (folder, signal) => {
      const built = await sources.buildIndex(folder, signal);
      const { index, within } = built;
      const prefix = within === '' ? '' : `${within}/`;
      const pauses = new Pauses(signal);
      for (const path of [...index.paths()]) {
        if (pauses.due) await pauses.take();
        if (path.startsWith(prefix) && isExcluded(folder, path.slice(prefix.length))) index.delete(path);
      }
      return built;
    },
    documentEntry: async (folder, path, text) =>
      isExcluded(folder, path) ? null : await sources.documentEntry(folder, path, text),
    rulesState: async (folder) => `${await sources.rulesState(folder)}\n${state()}`,
  };
}
