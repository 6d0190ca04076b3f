/** Puts the server's parts together for one client. */

import type { ServingPlan } from './adapters/servingPlan.ts';
import { newest } from './common/latestOnly.ts';
import { messageOf } from './common/messageOf.ts';
import { EngineHost } from './completion/host.ts';
import type { StatisticsStore } from './completion/statistics/store.ts';
import { createCompletions } from './completionService.ts';
import type { Turns } from './engine/turns.ts';
import type { CompletionEngine } from './engine/types.ts';
import type { Server } from './lsp/parts.ts';
import type { Client } from './lsp/server.ts';
import { HardwareMeter } from './models/hardware.ts';
import type { ModelLibrary } from './models/library.ts';
import { PanelService } from './panel/requests.ts';
import type {
  AdapterSummary,
  BaseSummary,
  EngineStatus,
  Notice,
  RepotuneState,
  Settings,
  ShareParams,
  TuneAnswer,
  WindowFolder,
} from './protocol/index.ts';
import type { TuneResult } from './protocol/tune.ts';
import type { CrossFileDependencies } from './retrieval/crossFileContext.ts';
import type { KnownRun } from './runs/runBoard.ts';
import type { RunOptions, RunsEvents } from './runs/runs.ts';
import type { ShareService } from './sharing/service.ts';
import { planOf, sizeOf } from './tuning/presets.ts';
import { VersionService } from './versions/requests.ts';
import { FolderNotices } from './window/folderNotices.ts';
import { folderState } from './window/folderState.ts';
import { InView } from './window/inView.ts';
import { readSettings } from './window/settings.ts';
import { StateKeeper } from './window/state.ts';
import { WindowFolders } from './window/windowFolders.ts';
import { pathOf, Workspace } from './window/workspace.ts';

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
  /** What a window shows that works on `folder`. */
  shown(folder: string | null): KnownRun | null;
  /** Whether that run was going on. */
  stop(runId: string): Promise<boolean>;
  setPaused(paused: boolean, runId: string): void;
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
  sharing(): Promise<ShareService>;
  /** What is new at the team's remote; null when nothing is. */
  newAtRemote(params: ShareParams): Promise<Notice | null>;
  /** Path of the command line's script. */
  readonly commandLine: string;
  createTuning(events: RunsEvents): Tuning;
}

export function assemble(client: Client, parts: Parts, documentText: (uri: string) => string | undefined): Server {
  let { settings } = readSettings({});
  const folders = new WindowFolders();
  const told = new Set<string>();
  const keeper = new StateKeeper(
    {
      folder: null,
      folders: [],
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

  const servingIn = (folder: string): Promise<ServingPlan | null> => {
    const tell = (message: string): void => tellOnce('warning', folders.sayOf(folder, message));
    return parts.adapters.serving(folder, parts.modelPath(settings), tell).catch((error) => {
      tell(messageOf(error));
      return null;
    });
  };
  const workspace = new Workspace(servingIn, () => folders.chosen?.path ?? null);
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
    notice: (folder, notice) => say.about(folder, notice),
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
    await host.unloadIfIdle();
  };

  const say = new FolderNotices(client, folders);
  const inView = new InView({
    folders,
    run: (folder) => tuning.shown(folder),
    storedResult: (folder) => parts.adapters.lastResult(folder),
  });

  const look = async () => {
    const { completions, tuning } = settings;
    const base = await parts.describeBase(parts.modelPath(settings)).catch((error) => {
      tellOnce('error', messageOf(error));
      return null;
    });
    const ofFolders = await folderState(folders, parts.adapters);
    const folder = ofFolders.folder?.path ?? null;
    const lastResult = folder === null ? null : await inView.lastResult(folder);
    const settingsPlan = base === null ? null : planOf(base, tuning);
    return { ...ofFolders, base, completionsEnabled: completions.enabled, lastResult, settingsPlan };
  };
  // Settings, folder and adapters may change during a look: what it saw of the old must not stand over the new.
  const refresh = newest(look, (seen): RepotuneState => {
    keeper.update({ ...seen, ...inView.run });
    say.offerRetune(keeper.current, settings.tuning.remindAfterCommits);
    return keeper.current;
  });

  const tuning = parts.createTuning({
    onProgress: () => keeper.update(inView.run),
    onResult: async (result) => {
      completions.forget();
      inView.heard(result);
      if (result.folder !== folders.chosen?.path) say.endedElsewhere(result);
      await refresh();
    },
    onFailure: (message, folder) => say.failed(message, folder),
  });

  const refreshed = (): Promise<RepotuneState> => {
    completions.forget();
    return refresh();
  };
  const versions = new VersionService({
    folders,
    modelPath: () => parts.modelPath(settings),
    serving: () => host.loaded({ modelPath: parts.modelPath(settings), device: settings.device }),
    lend: (work) => host.lend(work, () => settings.completions.enabled),
    refresh: refreshed,
    nowMs: Date.now,
    commandLine: parts.commandLine,
  });
  const hardware = new HardwareMeter({
    createEngine: () => parts.createEngine(() => {}),
    occupied: () => host.occupied,
  });
  const panel = new PanelService({
    folders,
    modelPath: () => parts.modelPath(settings),
    measure: (signal) => parts.turns.generating(() => hardware.measure(settings.device, signal)),
    refresh: refreshed,
    setPaused: (paused, named) => {
      const runId = inView.runId(named);
      if (runId !== undefined) tuning.setPaused(paused, runId);
    },
    library: parts.library,
    commandLine: parts.commandLine,
  });

  /** A folder may have a remote and a policy of its own. */
  const sharingIn = async (folder: string): Promise<Settings['sharing']> => {
    const raw = await client.settingsIn(folder);
    return raw === null ? settings.sharing : readSettings(raw).settings.sharing;
  };

  const load = (): void => {
    if (!settings.completions.enabled) return;
    void host.loaded({ modelPath: parts.modelPath(settings), device: settings.device }).catch(() => {});
  };

  return {
    ...completions,
    panel,
    versions,
    sharing: parts.sharing,
    folders,
    setFolders: (opened) => {
      workspace.setFolders(opened.map(({ uri }) => uri));
      folders.set(opened.flatMap(({ uri, name }) => withPath(uri, name)));
      inView.forget();
      void tuning.setFolders(workspace.folders).then(() => keeper.update(inView.run));
      void refresh();
    },
    chooseFolder: async (path) => {
      const before = folders.chosen;
      folders.choose(path);
      // The handshake names what is chosen anyway in most windows, and is not to be paid twice.
      return folders.chosen === before ? keeper.current : await refresh();
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
      void say.lookAtRemotes(sharingIn, (params) => parts.newAtRemote(params));
    },
    tune: async ({ folder: asked, preset, continueFrom }) => {
      let folder: string;
      try {
        folder = folders.of(asked);
      } catch (error) {
        return { kind: 'refused', message: messageOf(error) };
      }
      return tuning.start({
        folder,
        modelPath: parts.modelPath(settings),
        baseType: settings.model.baseType,
        device: settings.device,
        ...sizeOf(preset, settings.tuning),
        pauseOnBattery: settings.tuning.pauseOnBattery,
        ...(continueFrom === undefined ? {} : { continueFrom }),
      });
    },
    stop: async ({ runId: named }) => {
      const runId = inView.runId(named);
      return runId === undefined ? false : await tuning.stop(runId);
    },
    state: refresh,
    use: async ({ source, adapterId, force = false, folder: asked }) => {
      const folder = folders.of(asked);
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

/** None for a folder that is not on disk. */
function withPath(uri: string, name: string): WindowFolder[] {
  const path = pathOf(uri);
  return path === null ? [] : [{ path, name }];
}
