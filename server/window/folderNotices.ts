/** Unsolicited notices about the window's folders, with the folder's name if there are several. */

import { sinceText } from '../common/calendar.ts';
import { counted } from '../common/format.ts';
import { withCause } from '../common/messageOf.ts';
import { shownAddress } from '../common/shownAddress.ts';
import type { Notice, RepotuneState, Settings, ShareParams } from '../protocol/index.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import type { Client } from './client.ts';
import type { WindowFolders } from './windowFolders.ts';

/** How long after its start an interrupted run is worth a notice. */
const OFFERED_MS = 3 * 24 * 3600 * 1000;

export class FolderNotices {
  readonly #client: Pick<Client, 'notice' | 'warn'>;
  readonly #folders: WindowFolders;
  readonly #offeredRetune = new Set<string>();
  readonly #offeredToContinue = new Set<string>();

  constructor(client: Pick<Client, 'notice' | 'warn'>, folders: WindowFolders) {
    this.#client = client;
    this.#folders = folders;
  }

  /** Once per session and folder: an adapter of an older tree still helps, only less. */
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

  /**
   * A run's verdict, its meaning first. `inView`: its folder is the one that a panel shows; `idle`: a sentence that says why its adapter, which
   * was activated, completes nothing now.
   */
  ended({ folder, activated, reason }: TuneResult, inView: boolean, idle: string | null = null): void {
    const works = idle === null ? ', and its adapter completes your code now.' : `. ${idle}`;
    const meaning = activated ? works : '. Completions stay as they were.';
    this.about(folder, {
      severity: activated ? 'info' : 'warning',
      message: `The tune has ended${meaning} ${reason}`,
      action: { title: 'Show Result', command: 'repotune.showResult', argument: folder },
      ...(inView && { inPanel: true }),
    });
  }

  /** The panel shows how far it got, and why it failed. `folder`: null if unknown; `inView` as in {@link ended}. */
  failed(message: string, folder: string | null, inView: boolean): void {
    const notice: Notice = { severity: 'error', message };
    if (folder === null) {
      this.#client.notice(notice);
      return;
    }
    const action = { title: 'Show Progress', command: 'repotune.showProgress', argument: folder };
    this.about(folder, { ...notice, action, ...(inView && { inPanel: true }) });
  }

  /** A run failed while no window followed it: said once, by the next. */
  failedUnseen({ runId, folder, message, startedAtMs, resumable }: TuneProgress): void {
    const action = resumable
      ? { title: 'Continue', command: 'repotune.continueRun', argument: runId }
      : { title: 'Show Progress', command: 'repotune.showProgress', argument: folder };
    const began = sinceText(startedAtMs, Date.now());
    this.about(folder, {
      severity: 'error',
      message: `The tune of ${began} failed while no window was open here. ${message}`,
      action,
    });
  }

  /** Once per session, and for some days: it waits in the panel. */
  interrupted({ runId, folder, message, startedAtMs }: TuneProgress): void {
    if (this.#offeredToContinue.has(runId) || Date.now() - startedAtMs > OFFERED_MS) return;
    this.#offeredToContinue.add(runId);
    this.about(folder, {
      severity: 'info',
      message,
      action: { title: 'Continue', command: 'repotune.continueRun', argument: runId },
    });
  }

  /** A tune that its user started goes on: what it has cost may be worth more than what is forgotten. */
  stillLearns(folder: string, runId: string): void {
    this.about(folder, {
      severity: 'warning',
      message:
        'The tune under way may have read before what you have forgotten now, and learns it all the same. If its adapter must not know it, stop the tune and start it again.',
      action: { title: 'Stop Tuning', command: 'repotune.stop', argument: runId },
    });
  }

  /** An unreachable remote is not worth a notice at start-up. */
  async lookAtRemotes(
    sharingIn: (folder: string) => Promise<Settings['sharing']>,
    look: (params: ShareParams) => Promise<Notice | null>,
  ): Promise<void> {
    // Sequentially, as two folders of one repository have the same news.
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

  /** The notice's action applies to its folder; for a folder outside the window there can be none. */
  about(folder: string, { message, action, ...notice }: Notice): void {
    const isOpen = this.#folders.all.some(({ path }) => path === folder);
    this.#client.notice({
      ...notice,
      message: this.#folders.sayOf(folder, message),
      ...(action && isOpen && { action: { ...action, folder } }),
    });
  }
}
