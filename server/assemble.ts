/** The server for one client: connects its window's parts to the connection's requests. Wiring only. */
import { join } from 'node:path';
import { type AssembledWindow, assembleWindow, type Parts } from './assembleWindow.ts';
import { clusterRequests } from './cluster/requests.ts';
import type { Server } from './lsp/parts.ts';
import { HardwareMeter } from './models/hardware.ts';
import { learningRequests } from './panel/learning.ts';
import { prepareRequests } from './panel/prepare.ts';
import { panelRequests } from './panel/requests.ts';
import type { RepotuneState, RequestHandlers } from './protocol/index.ts';
import { shareRequests } from './sharing/requests.ts';
import { messageFor } from './storage/fileErrors.ts';
import { dataFolder } from './storage/paths.ts';
import { sizeOf } from './tuning/presets.ts';
import { adapterRequests } from './versions/requests.ts';
import type { Client } from './window/client.ts';
import { OPEN_SETTINGS } from './window/complaints.ts';
import { onDisk } from './window/workspace.ts';

export function assemble(
  client: Client,
  parts: Parts,
  documentText: (uri: string) => string | undefined,
  textAbove: (uri: string) => string,
): Server {
  const window = assembleWindow(client, parts, documentText, textAbove);
  const { folders, settings, complaints, notices, leftovers, engine, runs, keeping, edits, state, workspace } = window;
  const { completions } = window;
  return {
    ...completions,
    edited: (uri, edit) => {
      keeping.key();
      completions.edited(uri, edit);
    },
    changing: (uri, edit, together) => {
      const once = lazy(edit);
      edits.edited(uri, once);
      completions.nextEdits.changing(uri, once, together);
    },
    opened: (uri, languageId, text) => {
      completions.nextEdits.opened(uri, text);
      completions.opened(uri, languageId, text);
    },
    closed: (uri, text) => {
      edits.closed(uri, text);
      completions.nextEdits.closed(uri, text);
      completions.closed(uri, text);
    },
    requests: handlersOf(window, parts),
    chooseFolder: (path) => chooseFolder(window, path),
    setFolders: (opened) => {
      workspace.setFolders(opened.map(({ uri }) => uri));
      completions.keepIndexesOf(workspace.folders);
      folders.set(onDisk(opened));
      state.foldersKnown();
      void runs.follow(workspace.folders);
      leftovers.lookIn(workspace.folders);
      void keeping.foldersChanged();
      void state.refresh();
    },
    setSettings: (raw) => {
      const keptBefore = settings.current.keepTuned;
      for (const problem of settings.read(raw)) complaints.warn(problem, OPEN_SETTINGS);
      if (settings.current.keepTuned !== keptBefore) void keeping.changed(settings.current.keepTuned);
      if (!settings.current.nextEdit.record) void edits.forget();
      workspace.forgetServing();
      if (!settings.current.completions.crossFile) completions.keepIndexesOf([]);
      if (!settings.current.completions.enabled) completions.provider.cancel();
      if (!settings.current.completions.enabled || !settings.current.nextEdit.enabled) completions.nextEdits.cancel();
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
      const ends: readonly { dispose(): void | Promise<void> }[] = [
        ...[leftovers, keeping, edits, state, runs, completions],
        { dispose: () => engine.host.unload() },
      ];
      for (const one of ends) {
        try {
          await one.dispose();
        } catch (error) {
          // What a full disk does not take is lost, and nothing else.
          client.error(messageFor(error));
        }
      }
    },
  };
}

/** Evaluated once, on first use. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function chooseFolder({ folders, state }: AssembledWindow, path: string): Promise<RepotuneState> {
  const before = folders.chosen;
  folders.choose(path);
  // In most windows the handshake names the folder already chosen; that must not cost a second refresh.
  return await (folders.chosen === before ? state.known() : state.refresh());
}

function handlersOf(window: AssembledWindow, parts: Parts): RequestHandlers {
  const { folders, settings, engine, runs, keeping, edits, state, completions, modelPath, adaptersOf, switched } =
    window;
  const { turns, library, commandLine, sharing } = parts;
  const hardware = new HardwareMeter({
    createEngine: () => parts.createEngine(() => {}),
    occupied: () => engine.host.occupied,
    keptSpeed: join(dataFolder(), 'speed.json'),
  });
  const folderOf = (asked: string | undefined): string => folders.of(asked);
  const measure = (signal: AbortSignal) => turns.generating(() => hardware.measure(settings.current.device, signal));
  return {
    chooseFolder: ({ folder }) => chooseFolder(window, folder),
    state: state.refresh,
    document: ({ uri, languageId }) => completions.document(uri, languageId),
    explain: (place, { signal }) => completions.explain(place, signal),
    statistics: () => completions.statistics(),
    clearStatistics: () => completions.clearStatistics(),
    ...runs.requests(switched),
    ...adapterRequests({
      service: async (asked) => adaptersOf(folderOf(asked)),
      modelPath,
      refresh: switched,
      commandLine,
    }),
    ...panelRequests({
      folderOf,
      chosenFolder: () => folders.chosen?.path ?? null,
      modelPath,
      device: () => settings.current.device,
      tuneMinutes: (preset, parameters) => sizeOf(preset, settings.current.tuning, parameters).maxMinutes,
      preview: (folder, signal) => parts.preview(folder, signal),
      measure,
      library,
      commandLine,
    }),
    ...prepareRequests({
      modelPath,
      measure,
      device: () => settings.current.device,
      preparing: parts.preparing,
      endBackground: () => runs.endBackground(),
      isTuning: () => runs.going,
      switched,
    }),
    ...learningRequests({
      folderOf,
      statistics: () => completions.statistics(),
      recording: {
        isOnIn: (folder) => settings.recordsEditsIn(folder),
        flush: () => edits.flush(),
        forget: () => edits.forget(),
      },
      onPaused: async (paused) => {
        if (paused) await edits.forget();
        await keeping.changed(!paused);
      },
      onForgotten: (folder) => runs.forgotten(folder),
      nowMs: Date.now,
    }),
    ...clusterRequests({
      folderOf,
      modelPath,
      commandLine,
      start: (options) => runs.startOnCluster(options),
    }),
    ...shareRequests({ service: () => sharing(modelPath), folderOf }),
  };
}
