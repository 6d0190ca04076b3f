/** The folders of a window, and the one it works on. */

export interface WindowFolder {
  readonly path: string;
  /** For display; unique within a window. */
  readonly name: string;
}

/** `adapter`: the name of the one that completes its documents, null for the base. */
export interface ServedFolder extends WindowFolder {
  readonly adapter: string | null;
}

/** Part of every request that applies to one folder. A folder that the window does not have is refused. */
export interface InFolder {
  /** Path; the chosen folder if absent. */
  readonly folder?: string;
}

/** From now on, the state and requests without a folder apply to this one. */
export interface ChooseFolderParams {
  readonly folder: string;
}
