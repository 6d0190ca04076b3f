/** The parts that one client's window works with. */
import { type ServingPlan, servingPlan } from './adapters/servingPlan.ts';
import { messageOf } from './common/messageOf.ts';
import type { Paces } from './completion/pace.ts';
import type { StatisticsStore } from './completion/statistics/store.ts';
import { type Completions, createCompletions } from './completionService.ts';
import type { Turns } from './engine/turns.ts';
import type { CompletionEngine } from './engine/types.ts';
import type { EditToRecord, Recordable } from './mining/recording.ts';
import type { ModelLibrary } from './models/library.ts';
import type { UseOnDisk, UsesToFind } from './nextEdit/usesOnDisk.ts';
import type {
  BaseSummary,
  EngineStatus,
  Notice,
  RepotuneState,
  Settings,
  ShareParams,
  TunePreview,
} from './protocol/index.ts';
import type { CrossFileDependencies } from './retrieval/crossFileContext.ts';
import type { Preparing } from './runs/preparing.ts';
import type { Runs, RunsEvents } from './runs/runs.ts';
import type { ShareService } from './sharing/service.ts';
import type { HeldOutPairs, HeldOutRequest } from './tuning/splits.ts';
import { AdapterService } from './versions/adapterService.ts';
import type { Client } from './window/client.ts';
import { Complaints } from './window/complaints.ts';
import type { EditRecorder } from './window/editRecorder.ts';
import { FolderNotices } from './window/folderNotices.ts';
import { type Keeping, keepTuned } from './window/keeping.ts';
import { type Clearing, Leftovers } from './window/leftovers.ts';
import { recordEdits } from './window/recordEdits.ts';
import { WindowEngine } from './window/windowEngine.ts';
import { WindowFolders } from './window/windowFolders.ts';
import { WindowRuns } from './window/windowRuns.ts';
import { WindowSettings } from './window/windowSettings.ts';
import { WindowState } from './window/windowState.ts';
import { Workspace } from './window/workspace.ts';

export interface Parts {
  readonly turns: Turns;
  createEngine(onStatus: (status: EngineStatus) => void): CompletionEngine;
  contextTokens(modelPath: string): Promise<number>;
  /** The model named in the settings, else the bundled one. */
  modelPath(settings: Settings): string;
  describeBase(modelPath: string): Promise<BaseSummary>;
  readonly retrieval: Omit<CrossFileDependencies, 'onError' | 'keptOut'>;
  /** Mines the pairs that versions are measured on. */
  mineHeldOut(request: HeldOutRequest, signal: AbortSignal | undefined): Promise<HeldOutPairs>;
  /** What a tune of a folder would learn. */
  preview(folder: string, signal: AbortSignal): Promise<Omit<TunePreview, 'presets'>>;
  /** Whether an edit may be recorded to learn from. */
  recordable(edit: EditToRecord): Promise<Recordable>;
  /** Uses of what was changed in files that are not open. */
  usesOnDisk(wanted: UsesToFind): Promise<readonly UseOnDisk[]>;
  readonly statistics: StatisticsStore;
  readonly paces: Paces;
  readonly library: ModelLibrary;
  /** `chosenBase`: path of the base in use. */
  sharing(chosenBase?: () => string): Promise<ShareService>;
  /** News from the team's remote; null if there is none. */
  newAtRemote(params: ShareParams): Promise<Notice | null>;
  clearing(): Promise<Clearing>;
  /** Path of the command line's script. */
  readonly commandLine: string;
  createRuns(events: RunsEvents): Runs;
  readonly preparing: Preparing;
}

export interface AssembledWindow {
  readonly folders: WindowFolders;
  readonly settings: WindowSettings;
  readonly complaints: Complaints;
  readonly notices: FolderNotices;
  readonly leftovers: Leftovers;
  readonly engine: WindowEngine;
  readonly runs: WindowRuns;
  readonly keeping: Keeping;
  readonly edits: EditRecorder;
  readonly state: WindowState;
  readonly workspace: Workspace<ServingPlan | null>;
  readonly completions: Completions;
  /** The base named in the settings. */
  modelPath(): string;
  adaptersOf(folder: string): Promise<AdapterService>;
  /** What is serving may have changed: returns the new state. */
  switched(): Promise<RepotuneState>;
}

export function assembleWindow(
  client: Client,
  parts: Parts,
  documentText: (uri: string) => string | undefined,
  textAbove: (uri: string) => string,
): AssembledWindow {
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
    onLoaded: (loaded) => parts.paces.of(loaded.engine, loaded.model),
    onStatus: (status) => state.showEngine(status),
    // Without the base's file, its adapters cannot be recognized, nor named in the panel.
    onBack: () => lookAgain(),
  });
  const adaptersOf = (folder: string): Promise<AdapterService> =>
    AdapterService.of(folder, {
      modelPath,
      lendServing: (work) => engine.lend(work),
      switchedBy: 'chosen in the editor',
      mineHeldOut: (request, _, signal) => parts.mineHeldOut(request, signal),
      nowMs: Date.now,
    });
  const runs = new WindowRuns({
    folders,
    settings,
    notices,
    modelPath,
    createRuns: parts.createRuns,
    storedResult: async (folder) => (await adaptersOf(folder)).lastResult(),
    isStored: async (folder, id) => (await (await adaptersOf(folder)).list()).adapters.some((one) => one.id === id),
    otherBase: async (folder, id) => {
      const versions = await (await adaptersOf(folder)).summaries();
      return versions.find((one) => one.id === id)?.otherBase ?? null;
    },
    onProgress: () => state.showRun(),
    onResult: () => switched(),
    onBackground: ({ runId, ...end }) => void keeping.ended(runId, end),
    isPreparing: () => parts.preparing.isComputing(),
  });
  const state = new WindowState({
    client,
    folders,
    settings,
    notices,
    inView: runs.inView,
    stores: {
      list: async (folder) => (await adaptersOf(folder)).summaries(),
      previous: async (folder) => (await adaptersOf(folder)).previous(),
      commitsSinceTune: async (folder) => (await adaptersOf(folder)).commitsSinceTune(),
    },
    describeBase: () =>
      parts.describeBase(modelPath()).catch((error) => {
        complaints.error(messageOf(error));
        return null;
      }),
  });
  const keeping = keepTuned({ client, folders, settings, runs, state, engine, modelPath });
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
  const edits = recordEdits({ client, settings, workspace, documentText, recordable: parts.recordable });
  const completions = createCompletions({
    client,
    workspace,
    documentText,
    textAbove,
    modelPath,
    host: engine.host,
    turns: parts.turns,
    store: parts.statistics,
    paces: parts.paces,
    retrieval: parts.retrieval,
    usesOnDisk: parts.usesOnDisk,
    settings: () => settings.current,
    notice: (folder, notice) => notices.about(folder, notice),
    warn: (message) => complaints.warn(message),
    onSwitchedElsewhere: () => lookAgain(),
    onCommitted: () => void state.refresh(),
  });
  // Not `completions.forget`: the request that noticed it is under way, and answers are cached by version.
  const lookAgain = (): void => {
    workspace.forgetServing();
    runs.inView.forget();
    void state.refresh();
  };
  const switched = (): Promise<RepotuneState> => {
    completions.forget();
    runs.inView.forget();
    return state.refresh();
  };
  return {
    folders,
    settings,
    complaints,
    notices,
    leftovers: new Leftovers(client, parts.clearing),
    engine,
    runs,
    keeping,
    edits,
    state,
    workspace,
    completions,
    modelPath,
    adaptersOf,
    switched,
  };
}
