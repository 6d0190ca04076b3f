/** What the window's folders hold: all that is known of the chosen one, and of every one what completes there. */
import type { AdapterSummary, RepotuneState } from '../protocol/index.ts';
import type { WindowFolders } from './windowFolders.ts';

export type FolderState = Pick<RepotuneState, 'folder' | 'folders' | 'adapters' | 'source' | 'commitsSinceTune'>;

/** The adapters of a folder's repository, as far as a window shows them. */
export interface FolderStores {
  list(folder: string): Promise<readonly AdapterSummary[]>;
  /** Commits made since the active version was tuned; null without one, or where git cannot tell. */
  commitsSinceTune(folder: string): Promise<number | null>;
}

/** The state of one moment: another folder may be chosen while the stores are looked at. */
export async function folderState({ all, chosen }: WindowFolders, stores: FolderStores): Promise<FolderState> {
  const listed = await Promise.all(
    all.map(async (folder) => ({ folder, adapters: await stores.list(folder.path).catch(() => []) })),
  );
  const adapters = listed.find(({ folder }) => folder.path === chosen?.path)?.adapters ?? [];
  const source = adapters.some(({ active }) => active) ? 'adapter' : 'base';
  return {
    folder: chosen,
    folders: listed.map(({ folder, adapters }) => ({
      ...folder,
      adapter: adapters.find(({ active }) => active)?.name ?? null,
    })),
    adapters,
    source,
    commitsSinceTune:
      chosen === null || source === 'base' ? null : await stores.commitsSinceTune(chosen.path).catch(() => null),
  };
}
