/** The folders of a window, and the one it works on. */

export interface WindowFolder {
  readonly path: string;
  /** For people; no two of a window are the same. */
  readonly name: string;
}

/** `adapter`: the name of what completes its documents, null for the base. */
export interface ServedFolder extends WindowFolder {
  readonly adapter: string | null;
}

/** Part of every request that works on one folder. A folder the window does not have is refused. */
export interface InFolder {
  /** Path; the chosen folder when absent. */
  readonly folder?: string;
}

/** From now on the state is that of this folder, and so is what requests work on that name none. */
export interface ChooseFolderParams {
  readonly folder: string;
}
