/** What an attacker prepares, and what a user then does with it. */
import type { Listener } from './network.ts';
import type { Site } from './site.ts';

export const STEPS = [
  'open-untrusted',
  'open',
  'mine',
  'mine-by-time',
  'tune',
  'learned',
  'complete',
  'list',
  'pull',
] as const;
export type Step = (typeof STEPS)[number];

/** An excluded text: no line of it may be learned. */
export interface LeftOut {
  readonly mark: string;
  readonly why: string;
}

export interface Target {
  /** The folder that is opened and tuned on. */
  readonly folder: string;
  /** A file to complete in, with `line:column`; by default part of the honest history. */
  readonly place?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly leftOut?: readonly LeftOut[];
  /** Marks of admitted files, which must be found: they prove that the search works. */
  readonly taken?: readonly string[];
  /** Whether nothing is laid here, so that every step must do its work. */
  readonly noTraps?: boolean;
  /** The first commit, which determines the held-out files. */
  readonly firstCommit?: string;
  readonly settings?: object;
  /** Settings from the folder's `.vscode/settings.json`, over the user's. */
  readonly folderSettings?: object;
  readonly document?: { readonly path: string; readonly text: string };
  /** Further arguments of `share`: a remote that the user names. */
  readonly share?: readonly string[];
  /** The adapter that is pulled. */
  readonly wanted?: string;
  /** Steps in which the user requests network access. */
  readonly network?: readonly Step[];
  /** Adapters planted in the store, never measured on this machine. */
  readonly planted?: readonly string[];
  /**
   * Outside files that git itself reads because of the repository's layout, such as an alternate's objects. Relative to the site's root.
   */
  readonly mayRead?: readonly string[];
  /** Undoes whatever would prevent deleting the folder. */
  readonly restore?: () => void;
}

export interface Room {
  readonly name: string;
  build(site: Site, listener: Listener): Target | Promise<Target>;
}
