import type { Notice, RepotuneState } from '../protocol/index.ts';

/** The editor at the other end: what the server tells it unasked, and asks it for. */
export interface Client {
  notice(notice: Notice): void;
  stateChanged(state: RepotuneState): void;
  /** The `repotune` section as it is in a folder, unchecked; null from a client that cannot be asked. */
  settingsIn(folder: string): Promise<unknown>;
  log(line: string): void;
  /** Something failed, and the rest goes on. */
  warn(line: string): void;
  /** What the user asked for failed. */
  error(line: string): void;
  /** For those who look closely. */
  debug(line: string): void;
}
