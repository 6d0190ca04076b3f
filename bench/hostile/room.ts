/** What an attacker prepares, and what a person then does with it. */
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

/** A text that is left out: no line of it may be learned. */
export interface LeftOut {
  readonly mark: string;
  readonly why: string;
}

export interface Target {
  /** The folder that is opened and tuned on. */
  readonly folder: string;
  /** A file to complete in, with `line:column`; a part of the honest history when absent. */
  readonly place?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly leftOut?: readonly LeftOut[];
  /** Marks of admitted files, which must be found: they show that the search can find. */
  readonly taken?: readonly string[];
  /** The first commit, by which files are held out. */
  readonly firstCommit?: string;
  readonly settings?: object;
  /** What `.vscode/settings.json` of the folder makes of the user's settings. */
  readonly folderSettings?: object;
  readonly document?: { readonly path: string; readonly text: string };
  /** More of `share`: a remote that the user names. */
  readonly share?: readonly string[];
  /** The adapter that is pulled. */
  readonly wanted?: string;
  /** Steps in which the user asks for the network. */
  readonly network?: readonly Step[];
  /** Adapters planted in the store, which nothing here has measured. */
  readonly planted?: readonly string[];
  /** Reads of files outside that are git's own by the repository's layout, such as an alternate's objects. Below the site's root. */
  readonly mayRead?: readonly string[];
  /** Undoes what would keep the folder from being deleted. */
  readonly restore?: () => void;
}

export interface Room {
  readonly name: string;
  build(site: Site, listener: Listener): Target | Promise<Target>;
}
