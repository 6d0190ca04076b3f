/** What a window shows: read from its folders' stores, cached, and sent to the client. */
import { latestOnly } from '../common/latestOnly.ts';
import { FIRST_STATE } from '../protocol/firstState.ts';
import type { BaseSummary, EngineStatus, KeepTunedState, RepotuneState } from '../protocol/index.ts';
import { planOf, sizeOf } from '../tuning/presets.ts';
import type { Client } from './client.ts';
import type { FolderNotices } from './folderNotices.ts';
import { type FolderStores, folderState } from './folderState.ts';
import type { InView } from './inView.ts';
import { StateKeeper } from './stateKeeper.ts';
import type { WindowFolders } from './windowFolders.ts';
import type { WindowSettings } from './windowSettings.ts';

export interface WindowStateParts {
  readonly client: Pick<Client, 'stateChanged'>;
  readonly folders: WindowFolders;
  readonly settings: WindowSettings;
  readonly stores: FolderStores;
  readonly inView: InView;
  readonly notices: Pick<FolderNotices, 'offerRetune'>;
  /** The base that the settings name; null if it cannot be read. */
  describeBase(): Promise<BaseSummary | null>;
}

export class WindowState {
  /** Reads everything again. Settings, folder and adapters may change meanwhile: state read from old ones never overwrites the new. */
  readonly refresh: () => Promise<RepotuneState>;
  readonly #parts: WindowStateParts;
  readonly #keeper: StateKeeper;
  #areFoldersKnown = false;
  /** Ends with the newest look. */
  #newest: Promise<unknown> | null = null;

  constructor(parts: WindowStateParts) {
    this.#parts = parts;
    this.#keeper = new StateKeeper(
      {
        ...FIRST_STATE,
        completionsEnabled: parts.settings.current.completions.enabled,
        keepTuned: { on: false, running: false, text: '' },
      },
      (state) => parts.client.stateChanged(state),
    );
    const look = latestOnly(
      () => this.#look(),
      (seen) => this.#show(seen),
    );
    this.refresh = () => {
      const isOfFolders = this.#areFoldersKnown;
      const looked = look().finally(() => {
        // Also if it failed: the panel must not wait for ever.
        if (isOfFolders) this.#keeper.release();
      });
      this.#newest = looked;
      return looked;
    };
  }

  get current(): RepotuneState {
    return this.#keeper.current;
  }

  /** The current state, once the look under way has ended: before the first, there is nothing to say. */
  async known(): Promise<RepotuneState> {
    await this.#newest?.catch(() => {});
    return this.current;
  }

  /** Nothing is told before a look that knows them has ended: it would say that no folder is open. */
  foldersKnown(): void {
    this.#areFoldersKnown = true;
  }

  showEngine(engine: EngineStatus): void {
    this.#keeper.update({ engine });
  }

  showRun(): void {
    this.#keeper.update(this.#parts.inView.run);
  }

  showKeepTuned(keepTuned: KeepTunedState): void {
    this.#keeper.update({ keepTuned });
  }

  dispose(): void {
    this.#keeper.dispose();
  }

  async #look(): Promise<Partial<RepotuneState>> {
    const { folders, settings, stores, inView, describeBase } = this.#parts;
    const { completions, statistics, tuning } = settings.current;
    const base = await describeBase();
    const ofFolders = await folderState(folders, stores);
    const folder = ofFolders.folder?.path ?? null;
    const lastResult = folder === null ? null : await inView.lastResult(folder);
    const settingsPlan = base === null ? null : planOf(base, sizeOf(undefined, tuning, base.parameters));
    return {
      ...ofFolders,
      base,
      completionsEnabled: completions.enabled,
      statisticsEnabled: statistics.enabled,
      lastResult,
      settingsPlan,
    };
  }

  #show(seen: Partial<RepotuneState>): RepotuneState {
    const { inView, notices, settings } = this.#parts;
    this.#keeper.update({ ...seen, ...inView.run });
    // If adapters are kept up automatically, no reminder is needed.
    const { keepTuned, tuning } = settings.current;
    notices.offerRetune(this.current, keepTuned ? 0 : tuning.remindAfterCommits);
    return this.current;
  }
}
