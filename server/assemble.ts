/** Puts the server's parts together for one client. */

import type { ServingPlan } from './adapters/servingPlan.ts';
import { EngineHost } from './completion/host.ts';
import { messageOf } from './completion/reason.ts';
import type { StatisticsStore } from './completion/statistics/store.ts';
import type { Turns } from './completion/turns.ts';
import { createCompletions } from './completions.ts';
import type { CrossFileDependencies } from './crossFile.ts';
import type { CompletionEngine } from './engine/types.ts';
import type { Server } from './lsp/parts.ts';
import type { Client } from './lsp/server.ts';
import type { ModelLibrary } from './models/library.ts';
import { measureHardware } from './models/selfTest.ts';
import { PanelService } from './panel/service.ts';
import type {
  AdapterSummary,
  BaseSummary,
  EngineStatus,
  Notice,
  RepotuneState,
  Settings,
  ShareParams,
  TuneAnswer,
} from './protocol.ts';
import { readSettings } from './settings.ts';
import { StateKeeper } from './state.ts';
import { planOf, sizeOf } from './tuning/presets.ts';
import type { RunEvents } from './tuning/runFollower.ts';
import type { RunOptions } from './tuning/runs.ts';
import type { TuneResult } from './tuning/types.ts';
import { VersionService } from './versions/service.ts';
import { Workspace } from './workspace.ts';

/** The adapters of a folder's repository, as far as the server needs them. */
export interface FolderAdapters {
  list(folder: string): Promise<readonly AdapterSummary[]>;
  /** What serves there with this base; null for the base alone. `onProblem` hears of what cannot serve beside it. */
  serving(folder: string, modelPath: string, onProblem: (message: string) => void): Promise<ServingPlan | null>;
  /** Makes one serve (the newest when no id is given); rejects with a sentence for the user. */
  activate(folder: string, id: string | undefined, force: boolean): Promise<void>;
  disable(folder: string): Promise<void>;
  /** Commits made since the active version was tuned; null without one, or where git cannot tell. */
  commitsSinceTune(folder: string): Promise<number | null>;
  /** Of the newest version, as if its run had just ended. */
  lastResult(folder: string): Promise<TuneResult | null>;
}

/** Runs, each in a process of its own: see `tuning/runs.ts`. */
export interface Tuning {
  setFolders(folders: readonly string[]): Promise<void>;
  start(options: RunOptions): TuneAnswer;
  /** Whether something was running. */
  stop(): Promise<boolean>;
  setPaused(paused: boolean): void;
  /** Ends the following, not the runs. */
  dispose(): void;
}

export interface Parts {
  readonly turns: Turns;
  createEngine(onStatus: (status: EngineStatus) => void): CompletionEngine;
  contextTokens(modelPath: string): Promise<number>;
  /** The model the settings name, else the bundled one. */
  modelPath(settings: Settings): string;
  describeBase(modelPath: string): Promise<BaseSummary>;
  readonly adapters: FolderAdapters;
  readonly retrieval: Omit<CrossFileDependencies, 'onError'>;
  readonly statistics: StatisticsStore;
  readonly library: ModelLibrary;
  /** What is new at the team's remote; null when nothing is. */
  newAtRemote(params: ShareParams): Promise<Notice | null>;
  /** Path of the command line's script. */
  readonly commandLine: string;
  createTuning(events: RunEvents): Tuning;
}

export function assemble(client: Client, parts: Parts, documentText: (uri: string) => string | undefined): Server {
  let { settings } = readSettings({});
  const told = new Set<string>();
  const keeper = new StateKeeper(
    {
      folder: null,
      engine: { kind: 'off', message: '' },
      base: null,
      adapters: [],
      source: 'base',
      completionsEnabled: settings.completions.enabled,
      run: null,
      paused: false,
      lastResult: null,
      commitsSinceTune: null,
    },
    (state) => client.stateChanged(state),
  );
  /** One notice for one cause, not one per keystroke. */
  const tellOnce = (severity: 'warning' | 'error', message: string): void => {
    if (severity === 'error') client.error(message);
    else client.warn(message);
    if (told.has(message)) return;
    told.add(message);
    client.notice({ severity, message });
  };

  const workspace = new Workspace((folder) =>
    parts.adapters
      .serving(folder, parts.modelPath(settings), (message) => tellOnce('warning', message))
      .catch((error) => {
        tellOnce('warning', messageOf(error));
        return null;
      }),
  );
  const host = new EngineHost({
    createEngine: parts.createEngine,
    contextTokens: parts.contextTokens,
    nowMs: () => performance.now(),
    onStatus: (engine) => {
      keeper.update({ engine });
      client.log(`engine: ${engine.kind}`);
      if (engine.kind === 'ready') told.clear();
      if (engine.kind === 'restarting') tellOnce('warning', engine.message);
      if (engine.kind === 'failed') tellOnce('error', engine.message);
    },
  });
  const completions = createCompletions({
    client,
    host,
    workspace,
    turns: parts.turns,
    store: parts.statistics,
    retrieval: parts.retrieval,
    settings: () => settings,
    modelPath: () => parts.modelPath(settings),
    documentText,
    warn: (message) => tellOnce('warning', message),
    // Not `completions.forget`: the request that noticed it is under way, and answers are kept by version.
    onSwitchedElsewhere: () => {
      workspace.forgetServing();
      void refresh();
    },
    onCommitted: () => void refresh(),
  });
  /** Off means off: no model stays in memory. */
  const unloadIfUnused = async (): Promise<void> => {
    if (settings.completions.enabled) return;
    completions.provider.cancel();
    await host.unload();
  };

  let offeredRetune = false;
  /** Once a session: an adapter of an older tree still helps, only less. */
  const offerRetune = (commits: number | null, after: number): void => {
    if (offeredRetune || after === 0 || commits === null || commits < after) return;
    offeredRetune = true;
    client.notice({
      severity: 'info',
      message: `${commits} commits were made since the active adapter was tuned. Tuning can go on from it, on what has changed.`,
      action: { title: 'Tune On', command: 'repotune.tuneOn' },
    });
  };

  const refresh = async (): Promise<RepotuneState> => {
    const folder = workspace.folders[0] ?? null;
    const modelPath = parts.modelPath(settings);
    const base = await parts.describeBase(modelPath).catch((error) => {
      tellOnce('error', messageOf(error));
      return null;
    });
    const adapters = folder === null ? [] : await parts.adapters.list(folder).catch(() => []);
    const source = adapters.some(({ active }) => active) ? 'adapter' : 'base';
    const commitsSinceTune =
      folder === null || source === 'base' ? null : await parts.adapters.commitsSinceTune(folder).catch(() => null);
    const { enabled } = settings.completions;
    const settingsPlan = base === null ? null : planOf(base, settings.tuning);
    keeper.update({ folder, base, adapters, source, completionsEnabled: enabled, commitsSinceTune, settingsPlan });
    offerRetune(commitsSinceTune, settings.tuning.remindAfterCommits);
    return keeper.current;
  };

  /** After a reload of the window, and in a folder that comes into view, the last result is that of the newest run. */
  const recall = async ({ folder, lastResult: known }: RepotuneState): Promise<void> => {
    if (folder === null || known !== null) return;
    const lastResult = await parts.adapters.lastResult(folder).catch(() => null);
    if (keeper.current.lastResult === null && workspace.folders[0] === folder) keeper.update({ lastResult });
  };

  const tuning = parts.createTuning({
    onProgress: (run, paused) => {
      const waits = paused === 'battery' ? { ...run, message: 'Waiting for mains power.' } : run;
      keeper.update({ run: waits, paused: paused !== null });
    },
    onResult: async (lastResult) => {
      completions.forget();
      keeper.update({ lastResult });
      await refresh();
    },
    onFailure: (message) => client.notice({ severity: 'error', message }),
  });

  /** A remote that cannot be asked is no news: start-up is not the moment for a complaint. */
  const checkRemote = async (): Promise<void> => {
    const [folder] = workspace.folders;
    const { checkAtStart, remote, signatures } = settings.sharing;
    if (!checkAtStart || folder === undefined) return;
    try {
      const notice = await parts.newAtRemote({ folder, remote, signatures });
      if (notice !== null) client.notice(notice);
    } catch (error) {
      client.warn(`looking at ${remote}: ${messageOf(error)}`);
    }
  };

  const refreshed = (): Promise<RepotuneState> => {
    completions.forget();
    return refresh();
  };
  const versions = new VersionService({
    folder: () => workspace.folders[0] ?? null,
    modelPath: () => parts.modelPath(settings),
    serving: () => host.loaded({ modelPath: parts.modelPath(settings), device: settings.device }),
    refresh: refreshed,
    nowMs: Date.now,
    commandLine: parts.commandLine,
  });
  const panel = new PanelService({
    folder: () => workspace.folders[0] ?? null,
    modelPath: () => parts.modelPath(settings),
    measure: (signal) => parts.turns.generating(() => measureHardware(() => parts.createEngine(() => {}), signal)),
    refresh: refreshed,
    setPaused: (paused) => tuning.setPaused(paused),
    library: parts.library,
    commandLine: parts.commandLine,
  });

  const load = (): void => {
    if (!settings.completions.enabled) return;
    void host.loaded({ modelPath: parts.modelPath(settings), device: settings.device }).catch(() => {});
  };

  return {
    ...completions,
    panel,
    versions,
    setFolders: (uris) => {
      const [shown] = workspace.folders;
      workspace.setFolders(uris);
      const { lastResult } = keeper.current;
      const isOpen = lastResult !== null && workspace.folders.includes(lastResult.folder);
      if (!isOpen || workspace.folders[0] !== shown) keeper.update({ lastResult: null });
      void tuning.setFolders(workspace.folders);
      void refresh().then(recall);
    },
    setSettings: (raw) => {
      const read = readSettings(raw);
      settings = read.settings;
      for (const problem of read.problems) tellOnce('warning', problem);
      workspace.forgetServing();
      void unloadIfUnused();
      void refresh();
    },
    load,
    start: () => {
      load();
      void checkRemote();
    },
    tune: async ({ folder, preset, continueFrom }) => {
      const chosen = folder ?? workspace.folders[0];
      if (chosen === undefined)
        return { kind: 'refused', message: 'Open a folder first: Repotune tunes on a repository.' };
      return tuning.start({
        folder: chosen,
        modelPath: parts.modelPath(settings),
        baseType: settings.model.baseType,
        device: settings.device,
        ...sizeOf(preset, settings.tuning),
        pauseOnBattery: settings.tuning.pauseOnBattery,
        ...(continueFrom === undefined ? {} : { continueFrom }),
      });
    },
    stop: () => tuning.stop(),
    state: refresh,
    use: async ({ source, adapterId, force = false }) => {
      const folder = workspace.folders[0];
      if (folder === undefined) throw new Error('Open a folder first: adapters belong to a repository.');
      if (source === 'base') await parts.adapters.disable(folder);
      else await parts.adapters.activate(folder, adapterId, force);
      completions.forget();
      return await refresh();
    },
    dispose: async () => {
      keeper.dispose();
      tuning.dispose();
      await completions.dispose();
      await host.unload();
    },
  };
}
