/** What is said unasked of the window's folders; each with its name where there are several. */

import { counted } from '../common/format.ts';
import { withCause } from '../common/messageOf.ts';
import { shownAddress } from '../common/shownAddress.ts';
import type { Notice, RepotuneState, Settings, ShareParams } from '../protocol/index.ts';
import type { TuneResult } from '../protocol/tune.ts';
import type { Client } from './client.ts';
import type { WindowFolders } from './windowFolders.ts';

export class FolderNotices {
  readonly #client: Pick<Client, 'notice' | 'warn'>;
  readonly #folders: WindowFolders;
  readonly #offeredRetune = new Set<string>();

  constructor(client: Pick<Client, 'notice' | 'warn'>, folders: WindowFolders) {
    this.#client = client;
    this.#folders = folders;
  }

  /** Once a session for each folder: an adapter of an older tree still helps, only less. */
  offerRetune({ folder, commitsSinceTune: commits }: RepotuneState, after: number): void {
    if (folder === null || after === 0 || commits === null || commits < after) return;
    if (this.#offeredRetune.has(folder.path)) return;
    this.#offeredRetune.add(folder.path);
    const made = `${counted(commits, 'commit')} ${commits === 1 ? 'has' : 'have'} been made`;
    const message = `${made} since the active adapter was tuned. You can continue tuning it on what has changed.`;
    this.about(folder.path, {
      severity: 'info',
      message,
      action: { title: 'Continue Tuning', command: 'repotune.continueTuning' },
    });
  }

  /** The verdict on a run, and first what it means. `inView`: its folder is the one that a panel shows. */
  ended({ folder, activated, reason }: TuneResult, inView: boolean): void {
    const meaning = activated ? ', and its adapter completes your code now.' : '. Completions stay as they were.';
    this.about(folder, {
      severity: activated ? 'info' : 'warning',
      message: `The tune has ended${meaning} ${reason}`,
      action: { title: 'Show Report', command: 'repotune.showResult', argument: folder },
      ...(inView && { inPanel: true }),
    });
  }

  /** How far it came, the panel shows. `folder`: null where it is not known. */
  failed(message: string, folder: string | null): void {
    const notice: Notice = { severity: 'error', message };
    if (folder === null) {
      this.#client.notice(notice);
      return;
    }
    const action = { title: 'Show Progress', command: 'repotune.showProgress', argument: folder };
    this.about(folder, { ...notice, action });
  }

  /** A remote that cannot be asked is no news: start-up is not the moment for a complaint. */
  async lookAtRemotes(
    sharingIn: (folder: string) => Promise<Settings['sharing']>,
    look: (params: ShareParams) => Promise<Notice | null>,
  ): Promise<void> {
    // One by one: two folders of one repository have the same news.
    for (const { path: folder } of this.#folders.all) {
      const { checkAtStart, remote, signatures } = await sharingIn(folder);
      if (!checkAtStart) continue;
      try {
        const notice = await look({ folder, remote, signatures });
        if (notice !== null) this.about(folder, notice);
      } catch (error) {
        this.#client.warn(this.#folders.sayOf(folder, `looking at ${shownAddress(remote)}: ${withCause(error)}`));
      }
    }
  }

  /** What the notice offers is done in its folder; in one that is not the window's nothing can be. */
  about(folder: string, { message, action, ...notice }: Notice): void {
    const isOpen = this.#folders.all.some(({ path }) => path === folder);
    this.#client.notice({
      ...notice,
      message: this.#folders.sayOf(folder, message),
      ...(action && isOpen && { action: { ...action, folder } }),
    });
  }
}
