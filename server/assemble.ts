/** Puts the server's parts together for one client. Wiring only. */
import { type ServingPlan, servingPlan } from './adapters/servingPlan.ts';
import { messageOf } from './common/messageOf.ts';
import type { StatisticsStore } from './completion/statistics/store.ts';
import { createCompletions } from './completionService.ts';
import type { Turns } from './engine/turns.ts';
import type { CompletionEngine } from './engine/types.ts';
import type { Server } from './lsp/parts.ts';
import { HardwareMeter } from './models/hardware.ts';
import type { ModelLibrary } from './models/library.ts';
import { panelRequests } from './panel/requests.ts';
import type {
  BaseSummary,
  EngineStatus,
  Notice,
  RepotuneState,
  RequestHandlers,
  Settings,
  ShareParams,
} from './protocol/index.ts';
import type { CrossFileDependencies } from './retrieval/crossFileContext.ts';
import type { Runs, RunsEvents } from './runs/runs.ts';
import { shareRequests } from './sharing/requests.ts';
import type { ShareService } from './sharing/service.ts';
import { AdapterService } from './versions/adapterService.ts';
import { adapterRequests } from './versions/requests.ts';
import type { Client } from './window/client.ts';
import { Complaints } from './window/complaints.ts';
import { FolderNotices } from './window/folderNotices.ts';
import { WindowEngine } from './window/windowEngine.ts';
import { WindowFolders } from './window/windowFolders.ts';
import { WindowRuns } from './window/windowRuns.ts';
import { WindowSettings } from './window/windowSettings.ts';
import { WindowState } from './window/windowState.ts';
import { onDisk, Workspace } from './window/workspace.ts';

export interface Parts {
  readonly turns: Turns;
  createEngine(onStatus: (status: EngineStatus) => void): CompletionEngine;
  contextTokens(modelPath: string): Promise<number>;
  /** The model the settings name, else the bundled one. */
  modelPath(settings: Settings): string;
  describeBase(modelPath: string): Promise<BaseSummary>;
  readonly retrieval: Omit<CrossFileDependencies, 'onError'>;
  readonly statistics: StatisticsStore;
  readonly library: ModelLibrary;
  sharing(): Promise<ShareService>;
  /** What is new at the team's remote; null when nothing is. */
  newAtRemote(params: ShareParams): Promise<Notice | null>;
  /** Path of the command line's script. */
  readonly commandLine: string;
  createRuns(events: RunsEvents): Runs;
}

export function assemble(client: Client, parts: Parts, documentText: (uri: string) => string | undefined): Server {
  const folders = new WindowFolders();
  const settings = new WindowSettings(client);
  const complaints = new Complaints(client);
  const notices = new FolderNotices(client, folders);
  const modelPath = (): string => parts.modelPath(settings.current);

  const engine = new WindowEngine({
    client,
    complaints,
    settings,
    modelPath,
    createEngine: parts.createEngine,
    contextTokens: parts.contextTokens,
    onStatus: (status) => state.showEngine(status),
  });
  const adaptersOf = (folder: string): Promise<AdapterService> =>
    AdapterService.of(folder, {
      modelPath,
      lendServing: (work) => engine.lend(work),
      switchedBy: 'chosen in the editor',
      nowMs: Date.now,
    });
  const runs = new WindowRuns({
    folders,
    settings,
    notices,
    modelPath,
    createRuns: parts.createRuns,
    storedResult: async (folder) => (await adaptersOf(folder)).lastResult(),
    onProgress: () => state.showRun(),
    onResult: () => switched(),
  });
  const state = new WindowState({
    client,
    folders,
    settings,
    notices,
    inView: runs.inView,
    stores: {
      list: async (folder) => (await adaptersOf(folder)).summaries(),
      commitsSinceTune: async (folder) => (await adaptersOf(folder)).commitsSinceTune(),
    },
    describeBase: () =>
      parts.describeBase(modelPath()).catch((error) => {
        complaints.error(messageOf(error));
        return null;
      }),
  });
  const workspace = new Workspace<ServingPlan | null>(
    (folder) => {
      const onProblem = (message: string): void => complaints.warn(folders.sayOf(folder, message));
      return servingPlan(folder, modelPath(), onProblem).catch((error) => {
        onProblem(messageOf(error));
        return null;
      });
    },
    () => folders.chosen?.path ?? null,
  );
  const completions = createCompletions({
    client,
    workspace,
    documentText,
    modelPath,
    host: engine.host,
    turns: parts.turns,
    store: parts.statistics,
    retrieval: parts.retrieval,
    settings: () => settings.current,
    notice: (folder, notice) => notices.about(folder, notice),
    warn: (message) => complaints.warn(message),
    // Not `completions.forget`: the request that noticed it is under way, and answers are kept by version.
    onSwitchedElsewhere: () => {
      workspace.forgetServing();
      void state.refresh();
    },
    onCommitted: () => void state.refresh(),
  });
  /** What serves may be another by now. */
  const switched = (): Promise<RepotuneState> => {
    completions.forget();
    return state.refresh();
  };

  const chooseFolder = async (path: string): Promise<RepotuneState> => {
    const before = folders.chosen;
    folders.choose(path);
    // The handshake names what is chosen anyway in most windows, and is not to be paid twice.
    return folders.chosen === before ? state.current : await state.refresh();
  };
  const hardware = new HardwareMeter({
    createEngine: () => parts.createEngine(() => {}),
    occupied: () => engine.host.occupied,
  });
  const requests: RequestHandlers = {
    chooseFolder: ({ folder }) => chooseFolder(folder),
    state: state.refresh,
    statistics: () => completions.statistics(),
    ...runs.requests(switched),
    ...adapterRequests({
      service: async (asked) => adaptersOf(folders.of(asked)),
      modelPath,
      refresh: switched,
      commandLine: parts.commandLine,
    }),
    ...panelRequests({
      folderOf: (asked) => folders.of(asked),
      chosenFolder: () => folders.chosen?.path ?? null,
      modelPath,
      measure: (signal) => parts.turns.generating(() => hardware.measure(settings.current.device, signal)),
      library: parts.library,
      commandLine: parts.commandLine,
    }),
    ...shareRequests({ service: parts.sharing, folderOf: (asked) => folders.of(asked) }),
  };

  return {
    ...completions,
    requests,
    chooseFolder,
    setFolders: (opened) => {
      workspace.setFolders(opened.map(({ uri }) => uri));
      folders.set(onDisk(opened));
      void runs.follow(workspace.folders);
      void state.refresh();
    },
    setSettings: (raw) => {
      for (const problem of settings.read(raw)) complaints.warn(problem);
      workspace.forgetServing();
      if (!settings.current.completions.enabled) completions.provider.cancel();
      void engine.unloadIfOff();
      void state.refresh();
    },
    load: () => engine.loadIfOn(),
    start: () => {
      engine.loadIfOn();
      void notices.lookAtRemotes(
        (folder) => settings.sharingIn(folder),
        (params) => parts.newAtRemote(params),
      );
    },
    dispose: async () => {
      state.dispose();
      runs.dispose();
      await completions.dispose();
      await engine.host.unload();
    },
  };
}
