/** Assembles everything between an edit and a suggestion: provider, typing rhythm, cross-file context, statistics. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addObservations, markTold } from './adapters/liveComparisonFile.ts';
import { PreparedBase } from './adapters/preparedBase.ts';
import { heardOfUse } from './adapters/probation.ts';
import type { ServingPlan } from './adapters/servingPlan.ts';
import { addStanding } from './adapters/standingFile.ts';
import { clearedText } from './common/cleared.ts';
import { messageOf } from './common/messageOf.ts';
import { Debounce } from './completion/debounce.ts';
import { disabledFor, isExcluded, silenceOf } from './completion/enabled.ts';
import type { EngineHost } from './completion/host.ts';
import type { Paces } from './completion/pace.ts';
import { CompletionProvider } from './completion/provider.ts';
import { Slowness } from './completion/slowness.ts';
import { Leaning } from './completion/statistics/leaning.ts';
import { Recorder } from './completion/statistics/recorder.ts';
import type { StatisticsStore } from './completion/statistics/store.ts';
import { withoutExcluded } from './completion/withoutExcluded.ts';
import { withoutKeptOut } from './completion/withoutKeptOut.ts';
import { DocumentServing } from './documentServing.ts';
import type { Turns } from './engine/turns.ts';
import { ArmObserver } from './liveComparison/observer.ts';
import { UseObserver } from './liveComparison/useObserver.ts';
import type { CompletionService } from './lsp/parts.ts';
import { readLearning } from './mining/learning.ts';
import type { NextEdits } from './nextEdit/service.ts';
import type { UseOnDisk, UsesToFind } from './nextEdit/usesOnDisk.ts';
import { createNextEdits } from './nextEditService.ts';
import type { CompletionStatistics, DocumentAnswer, Explanation, Notice, OfPlace, Settings } from './protocol/index.ts';
import { CrossFileContext, type CrossFileDependencies } from './retrieval/crossFileContext.ts';
import { Power, runsOnBattery } from './system/power.ts';
import type { Client } from './window/client.ts';
import { KeptOutInWindow } from './window/keptOutInWindow.ts';
import { pathOf, type Workspace } from './window/workspace.ts';

export interface CompletionsDependencies {
  readonly client: Client;
  readonly host: EngineHost;
  readonly workspace: Workspace<ServingPlan | null>;
  readonly turns: Turns;
  readonly store: StatisticsStore;
  readonly paces: Paces;
  readonly retrieval: Omit<CrossFileDependencies, 'onError' | 'keptOut'>;
  settings(): Settings;
  modelPath(): string;
  documentText(uri: string): string | undefined;
  /** The text that a document goes on from: of the cells above one; '' for none. */
  textAbove(uri: string): string;
  usesOnDisk(wanted: UsesToFind): Promise<readonly UseOnDisk[]>;
  /** Shown with the name of its folder. */
  notice(folder: string, notice: Notice): void;
  /** One notice per cause. */
  warn(message: string): void;
  /** Another process switched the serving adapter. */
  onSwitchedElsewhere(): void;
  onCommitted(): void;
}

export interface Completions extends CompletionService {
  readonly nextEdits: NextEdits;
  /** Drops the indexes of other folders, and stops reading them, for the context of prompts. */
  keepIndexesOf(folders: readonly string[]): void;
  /** After a switch in this server: looks up what serves again, and drops cached output of the previous one. */
  forget(): void;
  document(uri: string, languageId: string): Promise<DocumentAnswer>;
  /** Rejects where the document is not open. */
  explain(place: OfPlace, signal: AbortSignal): Promise<Explanation>;
  statistics(): Promise<CompletionStatistics>;
  /** Returns a message about what was cleared, for the user. */
  clearStatistics(): Promise<string>;
  dispose(): Promise<void>;
}

/** About a fifth of the bundled base's prompt. */
const CONTEXT_CHARS = 540;
/** Searched for every guessed token: a few pieces are enough. */
const SIMILAR_CHARS = 4000;
const LONGEST_WAIT_MS = 400;

export function createCompletions(dependencies: CompletionsDependencies): Completions {
  const { client, host, workspace, turns, store, paces, retrieval, settings, modelPath, documentText, warn } =
    dependencies;
  const serving = new DocumentServing(dependencies);
  const observer = new ArmObserver({
    add: addObservations,
    markTold,
    notice: (folder, notice) => dependencies.notice(folder, notice),
    onError: (error) => client.warn(`live comparison: ${messageOf(error)}`),
    later,
  });
  const uses = new UseObserver({
    hand: async ({ folder, storeDir, id }, counts) => {
      const back = await heardOfUse(storeDir, id, counts);
      if (back === null) return;
      const action = { title: 'Use It All the Same', command: 'repotune.useAdapter', argument: back.version, folder };
      dependencies.notice(folder, { severity: 'warning', message: back.reason, action });
    },
    onError: (error) => client.warn(`guard on use: ${messageOf(error)}`),
    later,
  });
  const recorder = new Recorder({
    isOn: () => settings().statistics.enabled,
    nowMs: Date.now,
    add: (counts, ofMs) => store.add(counts, ofMs),
    came: (outcome, ofMs) => store.came(outcome, ofMs),
    documentText,
    later,
    armOf: (uri) => serving.arms.get(uri) ?? null,
    observe: (arm, observation) => observer.observe(arm, observation),
    versionOf: (uri) => serving.versions.get(uri) ?? null,
    used: (version, observation) => uses.observe(version, observation),
    stands: ({ storeDir }, text, weight) => {
      if (!settings().keepTuned) return;
      const unlessPaused = async (): Promise<void> => {
        if (!(await readLearning(storeDir)).paused) await addStanding(storeDir, text, weight);
      };
      unlessPaused().catch((error: unknown) => client.warn(`what stands of suggestions: ${messageOf(error)}`));
    },
  });
  const keptOut = new KeptOutInWindow(workspace, () => performance.now());
  const keepingOut = {
    around: (folder: string) => workspace.around(folder).map((outer) => outer.folder),
    namedAround: (folder: string, paths: readonly string[]) => keptOut.around(folder, paths),
    keptOut: (folder: string, paths: readonly string[]) => keptOut.of(folder, paths),
  };
  const crossFile = new CrossFileContext({
    ...withoutExcluded(withoutKeptOut(retrieval, keepingOut), {
      isExcluded: (folder, path) => isExcluded(settings().completions, workspace.pathsFrom(join(folder, path))),
      state: () => [...settings().completions.exclude, ...workspace.folders].join('\n'),
    }),
    onError: (error) => client.warn(`cross-file context: ${messageOf(error)}`),
  });
  const debounce = new Debounce({ mostMs: LONGEST_WAIT_MS });
  const leaning = new Leaning(
    () => store.leans(),
    () => performance.now(),
    () => settings().statistics.enabled,
  );
  const slowness = new Slowness();
  const prepared = new PreparedBase(
    modelPath,
    () => performance.now(),
    () => dependencies.onSwitchedElsewhere(),
  );
  const power = new Power(
    () => runsOnBattery(),
    () => performance.now(),
  );
  const pathsOf = (uri: string): readonly string[] => workspace.pathsFrom(pathOf(uri));
  /**
   * null for a document outside the window's folders: nobody asked to have its surroundings read. The path is '' for one without a file, which
   * sees those of the folder in view.
   */
  const placeAmongOthers = (uri: string): { readonly folder: string; readonly path: string } | null => {
    const { folder, path } = workspace.place(uri);
    const { completions } = settings();
    if (!completions.crossFile || folder === null || isExcluded(completions, pathsOf(uri))) return null;
    return workspace.folders.includes(folder) ? { folder, path } : null;
  };
  const indexedPlace = (uri: string): { readonly folder: string; readonly path: string } | null => {
    const known = placeAmongOthers(uri);
    return known?.path === '' ? null : known;
  };
  const provider = new CompletionProvider({
    host,
    debounce,
    turns,
    paces,
    leans: () => leaning.leans,
    settings,
    modelPath,
    documentChanged: ({ uri, text }) => documentText(uri) !== text,
    place: async (uri, languageId) => {
      const served = await serving.of(uri, languageId);
      return served.adapter === null ? { ...served, adapter: await prepared.current() } : served;
    },
    disabled: ({ uri, languageId }) => disabledFor(settings().completions, languageId, pathsOf(uri)),
    textAbove: (uri) => dependencies.textAbove(uri),
    otherFiles: async ({ uri, languageId, text, offset }) => {
      const known = placeAmongOthers(uri);
      if (known === null) return { context: '', similar: '' };
      const place = { ...known, languageId, prefix: text.slice(0, offset), suffix: text.slice(offset) };
      return {
        context: await crossFile.context(place, CONTEXT_CHARS),
        similar: await crossFile.similar(place, SIMILAR_CHARS),
      };
    },
    onEngineTime: (ms) => {
      if (slowness.add(ms)) warn(slowMessage(slowness.medianMs));
    },
    onCpuTime: (ms) => recorder.cpuTime(ms),
    // Cancelling ends the wait at once: that is not an error.
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    onBattery: () => power.onBattery,
    nowMs: () => performance.now(),
    onAdapterFailed: (adapter, error) => {
      if (prepared.refuse(adapter, error)) warn(refusedMessage(error));
    },
    onError: (error) => client.error(`completion: ${messageOf(error)}`),
  });

  const nextEdits = createNextEdits({
    ...dependencies,
    debounce,
    serving,
    movedMs: (folder) => retrieval.movedMs(folder),
    keptOut: (folder, paths) => keptOut.of(folder, paths),
    onBattery: () => power.onBattery,
    onCpuTime: (ms) => recorder.cpuTime(ms),
  });

  /** Where somebody looked last. */
  let lastSeen: { readonly uri: string; readonly languageId: string; readonly offset: number } | null = null;
  const rest = (uri: string, languageId: string, text: string, offset: number): void => {
    lastSeen = { uri, languageId, offset };
    void provider.rested({ uri, text, offset, languageId, invoked: false });
  };
  let lastEdit: { readonly uri: string; readonly offset: number } | null = null;
  /** A document was left: completions in other files may use its current text. */
  const seenByOthers = (uri: string, text: string, line: number): void => {
    const known = indexedPlace(uri);
    if (known === null) return;
    void crossFile.update(known.folder, known.path, text, line).then(() => provider.seenByOthers(uri));
  };

  return {
    provider,
    nextEdits,
    keepIndexesOf: (folders) => crossFile.keepOnly(folders),
    forget: () => {
      serving.forget();
      prepared.forget();
      provider.forget();
      nextEdits.forget();
      // A version just activated is made ready before the next key.
      const text = lastSeen === null ? undefined : documentText(lastSeen.uri);
      if (lastSeen !== null && text !== undefined)
        rest(lastSeen.uri, lastSeen.languageId, text, Math.min(lastSeen.offset, text.length));
    },
    edited: (uri, edit) => {
      debounce.key(performance.now());
      recorder.edited(uri, edit);
      if (lastEdit !== null && lastEdit.uri !== uri) {
        const text = documentText(lastEdit.uri);
        if (text !== undefined) seenByOthers(lastEdit.uri, text, lineAt(text, lastEdit.offset));
      }
      lastEdit = { uri, offset: edit.offset };
    },
    opened: (uri, languageId, text) => {
      lastSeen = { uri, languageId, offset: 0 };
      void provider.opened({ uri, text, offset: 0, languageId, invoked: false });
      const known = indexedPlace(uri);
      if (known !== null) void crossFile.opened(known.folder, known.path, text);
    },
    rested: rest,
    closed: (uri) => {
      recorder.closed(uri);
      serving.closed(uri);
      const known = indexedPlace(uri);
      if (known !== null) void crossFile.closed(known.folder, known.path);
    },
    offered: (offer) => recorder.offered(offer),
    accepted: (id) => recorder.accepted(id),
    silent: (uri, reason) => client.debug(`nothing suggested in ${uri}: ${reason}`),
    document: async (uri, languageId) => ({
      silence: silenceOf(settings().completions, languageId, pathsOf(uri)),
      routed: await serving.routed(uri, languageId).catch(() => null),
    }),
    explain: async ({ uri, languageId, offset }, signal) => {
      const text = documentText(uri);
      if (text === undefined) throw new Error(`${uri} is not open in the editor.`);
      const request = { uri, languageId, text, offset: Math.min(offset, text.length), invoked: false };
      return await provider.explain(request, signal);
    },
    statistics: async () => ({ days: [...(await store.days())].map(([day, counts]) => ({ day, ...counts })) }),
    clearStatistics: async () => {
      const cleared = await store.clear();
      leaning.forget();
      return clearedText(cleared);
    },
    dispose: async () => {
      provider.cancel();
      nextEdits.cancel();
      recorder.dispose();
      crossFile.dispose();
      // One that fails must not end the process under the others.
      const written = await Promise.allSettled([store.flush(), paces.flush(), observer.flush(), uses.flush()]);
      for (const one of written) if (one.status === 'rejected') throw one.reason;
    },
  };
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
}

function slowMessage(medianMs: number): string {
  const seconds = (medianMs / 1000).toFixed(1);
  return `Suggestions take ${seconds} s on this machine. Choose a smaller model with "Repotune: Choose Base Model…", or turn suggestions off with "Repotune: Toggle Completions".`;
}

function refusedMessage(error: unknown): string {
  return `The preparation of the base model cannot be used: ${messageOf(error)} Completions come from the base alone. To prepare it again, run "Repotune: Prepare the Base Model…" twice: once to undo, once to prepare.`;
}

function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
