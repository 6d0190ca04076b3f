/** State of the window's folders: everything about the chosen one, and for each, which adapter completes there. */
import type { AdapterSummary, RepotuneState } from '../protocol/index.ts';
import type { WindowFolders } from './windowFolders.ts';

export type FolderState = Pick<
  RepotuneState,
  'folder' | 'folders' | 'adapters' | 'source' | 'previous' | 'commitsSinceTune'
>;

/** The parts of the adapter stores that a window shows. */
export interface FolderStores {
  list(folder: string): Promise<readonly AdapterSummary[]>;
  /** What rolling back leads to; null: nothing served before. */
  previous(folder: string): Promise<{ readonly name: string | null } | null>;
  /** Commits since the active version was tuned; null without one, or where git cannot tell. */
  commitsSinceTune(folder: string): Promise<number | null>;
}

/** A consistent snapshot: another folder may be chosen while the stores are being read. */
export async function folderState({ all, chosen }: WindowFolders, stores: FolderStores): Promise<FolderState> {
  const listed = await Promise.all(
    all.map(async (folder) => ({ folder, adapters: await stores.list(folder.path).catch(() => []) })),
  );
  const adapters = listed.find(({ folder }) => folder.path === chosen?.path)?.adapters ?? [];
  const source = servingOf(adapters) === undefined ? 'base' : 'adapter';
  return {
    folder: chosen,
    folders: listed.map(({ folder, adapters }) => ({
      ...folder,
      adapter: servingOf(adapters)?.name ?? null,
    })),
    adapters,
    source,
    previous: chosen === null ? null : await stores.previous(chosen.path).catch(() => null),
    commitsSinceTune:
      chosen === null || source === 'base' ? null : await stores.commitsSinceTune(chosen.path).catch(() => null),
  };
}

/** The active one, if it belongs to the base in use. */
function servingOf(adapters: readonly AdapterSummary[]): AdapterSummary | undefined {
  return adapters.find(({ active, otherBase }) => active && otherBase === undefined);
}
