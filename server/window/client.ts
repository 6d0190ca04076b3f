import type { Notice, RepotuneState } from '../protocol/index.ts';

/** The client at the other end: what the server tells it, and asks it for. */
export interface Client {
  notice(notice: Notice): void;
  stateChanged(state: RepotuneState): void;
  /** The `repotune` section for a folder, unchecked; null if the client cannot be asked. */
  settingsIn(folder: string): Promise<unknown>;
  log(line: string): void;
  /** A non-fatal failure. */
  warn(line: string): void;
  /** Something the user asked for failed. */
  error(line: string): void;
  /** Details for the log. */
  debug(line: string): void;
}
