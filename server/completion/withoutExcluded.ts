/** What `repotune.completions.exclude` names is not quoted in the prompts of other files either. */
import type { Settings } from '../protocol/index.ts';
import type { CrossFileDependencies } from '../retrieval/crossFileContext.ts';
import { isExcluded } from './enabled.ts';

/** The same sources without the excluded files; read anew once the setting changes. */
export function withoutExcluded<Sources extends Omit<CrossFileDependencies, 'onError'>>(
  sources: Sources,
  completions: () => Pick<Settings['completions'], 'exclude'>,
): Sources {
  return {
    ...sources,
    buildIndex: async (folder, signal) => {
      const built = await sources.buildIndex(folder, signal);
      const { index, within } = built;
      const prefix = within === '' ? '' : `${within}/`;
      for (const path of [...index.paths()])
        if (path.startsWith(prefix) && isExcluded(completions(), path.slice(prefix.length))) index.delete(path);
      return built;
    },
    documentEntry: async (folder, path, text) =>
      isExcluded(completions(), path) ? null : await sources.documentEntry(folder, path, text),
    rulesState: async (folder) => `${await sources.rulesState(folder)}\n${completions().exclude.join('\n')}`,
  };
}
