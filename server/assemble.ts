/** Puts the server's parts together for one client. */
import { Debounce } from './completion/debounce.ts';
import { CompletionProvider } from './completion/provider.ts';
import { disabledFor } from './completion/enabled.ts';
import { Recorder } from './completion/statistics/recorder.ts';
import type { StatisticsStore } from './completion/statistics/store.ts';
import { CrossFile, type CrossFileDependencies } from './crossFile.ts';
import { Slowness } from './completion/slowness.ts';
import { EngineHost, type Loaded } from './completion/host.ts';
import type { AdapterRef, CompletionEngine, DeviceChoice } from './engine/types.ts';
import type { Client } from './lsp/server.ts';
import type { Server } from './lsp/parts.ts';
import { messageOf } from './completion/reason.ts';
import type {
  AdapterSummary,
  BaseSummary,
  EngineStatus,
  Preset,
  RepotuneState,
  Settings,
  TuneAnswer,
} from './protocol.ts';
import type { Turns } from './completion/turns.ts';
import type { ModelLibrary } from './models/library.ts';
import { PanelService } from './panel/service.ts';
import { readSettings } from './settings.ts';
import { StateKeeper } from './state.ts';
import { presets } from './tuning/presets.ts';
import type { TuneProgress, TuneResult } from './tuning/types.ts';
import { Workspace } from './workspace.ts';

/** The adapters of a folder's repository, as far as the server needs them. */
export interface FolderAdapters {
  list(folder: string): Promise<readonly AdapterSummary[]>;
  /** What serves there with this base, null for the base alone. */
  active(folder: string, modelPath: string): Promise<AdapterRef | null>;
  /** Makes one serve (the newest when no id is given); rejects with a sentence for the user. */
  activate(folder: string, id: string | undefined): Promise<void>;
  disable(folder: string): Promise<void>;
}

export interface Tuning {
  start(folder: string, modelPath: string, settings: Settings): TuneAnswer;
  /** Whether something was running. */
  stop(): Promise<boolean>;
  dispose(): Promise<void>;
}

export interface TuningEvents {
  onProgress(progress: TuneProgress): void;
  onResult(result: TuneResult): void;
  onFailure(message: string): void;
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
  /** Path of the command line's script. */
  readonly commandLine: string;
  createTuning(events: TuningEvents, serving: (modelPath: string, device: DeviceChoice) => Promise<Loaded>): Tuning;
}

/** About a fifth of the bundled base's prompt. */
const CONTEXT_CHARS = 540;

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
    },
    (state) => client.stateChanged(state),
  );
  /** One notice for one cause, not one per keystroke. */
  const tellOnce = (severity: 'warning' | 'error', message: string): void => {
    client.log(message);
    if (told.has(message)) return;
    told.add(message);
    client.notice({ severity, message });
  };

  const workspace = new Workspace((folder) =>
    parts.adapters.active(folder, parts.modelPath(settings)).catch((error) => {
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
      if (engine.kind === 'ready') told.clear();
      if (engine.kind === 'restarting') tellOnce('warning', engine.message);
      if (engine.kind === 'failed') tellOnce('error', engine.message);
    },
  });
  const statistics = parts.statistics;
  const recorder = new Recorder({
    add: (counts) => statistics.add(counts),
    documentText,
    later: (ms, check) => {
      const timer = setTimeout(check, ms);
      return () => clearTimeout(timer);
    },
  });
  const crossFile = new CrossFile({
    ...parts.retrieval,
    onError: (error) => client.log(`cross-file context: ${messageOf(error)}`),
  });
  let lastEdit: { readonly uri: string; readonly offset: number } | null = null;
  /** A document that was left: completions in other files may use what stands there now. */
  const seenByOthers = (uri: string, text: string, line: number): void => {
    const { folder, path } = workspace.place(uri);
    if (settings.completions.crossFile && folder !== null && path !== '')
      void crossFile.update(folder, path, text, line);
  };
  const debounce = new Debounce({ mostMs: 400 });
  const slowness = new Slowness();
  const provider = new CompletionProvider({
    host,
    settings: () => settings,
    modelPath: () => parts.modelPath(settings),
    place: async (uri) => {
      const { folder, repoName } = workspace.place(uri);
      return { repoName, adapter: await workspace.adapter(folder) };
    },
    disabled: ({ uri, languageId }) => disabledFor(settings.completions, languageId, workspace.place(uri).path),
    context: ({ uri, text, offset }) => {
      const { folder, path } = workspace.place(uri);
      if (!settings.completions.crossFile || folder === null || path === '') return '';
      return crossFile.context(
        { folder, path, prefix: text.slice(0, offset), suffix: text.slice(offset) },
        CONTEXT_CHARS,
      );
    },
    onEngineTime: (ms) => {
      recorder.engineTime(ms);
      if (slowness.add(ms)) {
        const seconds = (slowness.medianMs / 1000).toFixed(1);
        tellOnce(
          'warning',
          `Suggestions take ${seconds} s on this machine. Choose a smaller model (repotune.model.path), or switch completions off.`,
        );
      }
    },
    debounce,
    turns: parts.turns,
    wait: abortableWait,
    nowMs: () => performance.now(),
    unchanged: ({ uri, text }) => documentText(uri) === text,
    onError: (error) => client.log(`completion: ${messageOf(error)}`),
  });

  const refresh = async (): Promise<RepotuneState> => {
    const folder = workspace.folders[0] ?? null;
    const modelPath = parts.modelPath(settings);
    const base = await parts.describeBase(modelPath).catch((error) => {
      tellOnce('error', messageOf(error));
      return null;
    });
    const adapters = folder === null ? [] : await parts.adapters.list(folder).catch(() => []);
    const source = adapters.some(({ active }) => active) ? 'adapter' : 'base';
    keeper.update({ folder, base, adapters, source, completionsEnabled: settings.completions.enabled });
    return keeper.current;
  };

  const tuning = parts.createTuning(
    {
      onProgress: (run) => keeper.update({ run }),
      onResult: async (lastResult) => {
        workspace.forgetAdapters();
        keeper.update({ lastResult });
        await refresh();
      },
      onFailure: (message) => client.notice({ severity: 'error', message }),
    },
    (modelPath, device) => host.loaded({ modelPath, device }),
  );

  const setPaused = (paused: boolean): void => {
    parts.turns.hold(paused);
    keeper.update({ paused });
  };
  const panel = new PanelService({
    folder: () => workspace.folders[0] ?? null,
    modelPath: () => parts.modelPath(settings),
    serving: () => host.loaded({ modelPath: parts.modelPath(settings), device: settings.device }),
    refresh: () => {
      workspace.forgetAdapters();
      return refresh();
    },
    setPaused,
    library: parts.library,
    commandLine: parts.commandLine,
  });

  return {
    provider,
    panel,
    edited: (uri, edit) => {
      debounce.key(performance.now());
      recorder.edited(uri, edit);
      if (lastEdit !== null && lastEdit.uri !== uri) {
        const text = documentText(lastEdit.uri);
        if (text !== undefined) seenByOthers(lastEdit.uri, text, lineAt(text, lastEdit.offset));
      }
      lastEdit = { uri, offset: edit.offset };
    },
    closed: (uri, text) => {
      recorder.closed(uri);
      seenByOthers(uri, text, 0);
    },
    offered: (offer) => recorder.offered(offer),
    accepted: (id) => recorder.accepted(id),
    silent: (uri, reason) => client.debug(`nothing suggested in ${uri}: ${reason}`),
    statistics: async () => ({ days: [...(await statistics.days())].map(([day, counts]) => ({ day, ...counts })) }),
    setFolders: (uris) => {
      workspace.setFolders(uris);
      void refresh();
    },
    setSettings: (raw) => {
      const read = readSettings(raw);
      settings = read.settings;
      for (const problem of read.problems) tellOnce('warning', problem);
      workspace.forgetAdapters();
      if (!settings.completions.enabled) {
        provider.cancel();
        void host.unload();
      }
      void refresh();
    },
    start: () => {
      if (settings.completions.enabled) {
        void host.loaded({ modelPath: parts.modelPath(settings), device: settings.device }).catch(() => {});
      }
    },
    tune: async ({ folder, preset }) => {
      const chosen = folder ?? workspace.folders[0];
      if (chosen === undefined)
        return { kind: 'refused', message: 'Open a folder first: Repotune tunes on a repository.' };
      setPaused(false);
      const sized = preset === undefined ? settings : { ...settings, tuning: sizeOf(preset) };
      return tuning.start(chosen, parts.modelPath(settings), sized);
    },
    stop: () => {
      // A stopped process cannot answer, and so not end either.
      setPaused(false);
      return tuning.stop();
    },
    state: refresh,
    use: async ({ source, adapterId }) => {
      const folder = workspace.folders[0];
      if (folder === undefined) throw new Error('Open a folder first: adapters belong to a repository.');
      if (source === 'base') await parts.adapters.disable(folder);
      else await parts.adapters.activate(folder, adapterId);
      workspace.forgetAdapters();
      return await refresh();
    },
    dispose: async () => {
      provider.cancel();
      keeper.dispose();
      recorder.dispose();
      crossFile.dispose();
      await Promise.allSettled([host.unload(), tuning.dispose(), statistics.flush()]);
    },
  };
}

function sizeOf(preset: Preset): Settings['tuning'] {
  const { minutes, rank } = presets[preset];
  return { maxMinutes: minutes, rank };
}

function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Resolves after `ms` or as soon as `signal` is aborted. */
async function abortableWait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
