/**
 * The language server's process: over IPC from VS Code, over --stdio from any other editor. Wiring only. What a session may never need
 * (mining, tuning, sharing, downloads) is imported on demand, so that the first suggestion does not wait for it.
 */
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { isPrepared } from './adapters/preparedBase.ts';
import { assemble } from './assemble.ts';
import type { Parts } from './assembleWindow.ts';
import { Paces } from './completion/pace.ts';
import { StatisticsStore } from './completion/statistics/store.ts';
import { createCompletionEngine } from './engine/index.ts';
import { Turns } from './engine/turns.ts';
import { Moves } from './git/moves.ts';
import { languageOf } from './languages/languageOf.ts';
import { serve } from './lsp/server.ts';
import { rulesState, rulesWrittenMs } from './mining/rulesState.ts';
import { changedMs, savedText } from './mining/savedText.ts';
import { isBundled, resolveModel } from './models/bundled.ts';
import { inspectCompleting, inspectModel } from './models/inspect.ts';
import { ModelLibrary } from './models/library.ts';
import { libraryPlaces } from './models/places.ts';
import { contextTokensFor } from './prompt/index.ts';
import { Preparing } from './runs/preparing.ts';
import { Runs } from './runs/runs.ts';
import { withoutSecrets } from './secrets/redacted.ts';
import type { ShareService } from './sharing/service.ts';
import { dataFolder, scriptPath, statisticsFile } from './storage/paths.ts';
import { Miner } from './window/miner.ts';

const turns = new Turns();
const miner = new Miner();
const library = new ModelLibrary(libraryPlaces());
/** Loaded on demand: git and the checks of remote data are not needed for completion. */
const sharing = async (chosenBase?: () => string): Promise<ShareService> => {
  const [{ ShareService }, { basesOf }] = await Promise.all([
    import('./sharing/service.ts'),
    import('./sharing/bases.ts'),
  ]);
  return new ShareService(basesOf(library, chosenBase));
};

const preparing = new Preparing(scriptPath('cli'));
turns.attach(preparing);
const moves = new Moves(Date.now);
const parts: Parts = {
  preparing,
  turns,
  createEngine: (onStatus) => createCompletionEngine({ onStatus }),
  contextTokens: async (path) => contextTokensFor((await inspectCompleting(path)).contextLength),
  modelPath: ({ model }) => resolveModel(model.path === '' ? undefined : model.path),
  describeBase: async (path) => {
    const model = await inspectModel(path);
    const { name, sizeBytes, parameters } = model;
    return { name, path, sizeBytes, parameters, bundled: isBundled(path), prepared: await isPrepared(model) };
  },
  retrieval: {
    buildIndex: (folder, signal) => miner.index(folder, signal),
    documentEntry: (folder, path, text) => miner.document(folder, path, text),
    savedText: (folder, path) => savedText(join(folder, path)),
    changedMs: (folder, path) => changedMs(join(folder, path)),
    languageOf,
    movedMs: (folder) => moves.lastMs(folder),
    rulesState,
    rulesWrittenMs,
  },
  mineHeldOut: (request, signal) => miner.heldOut(request, signal),
  preview: (folder, signal) => miner.preview(folder, signal),
  recordable: (edit) => miner.recordable(edit),
  usesOnDisk: (wanted) => miner.uses(wanted),
  paces: new Paces(join(dataFolder(), 'paces.json')),
  statistics: new StatisticsStore(statisticsFile(), Date.now),
  library,
  sharing,
  newAtRemote: async (params) => (await import('./sharing/atStart.ts')).newAtRemote(await sharing(), params),
  clearing: async () => {
    const { clearOwnFolders, clearStore } = await import('./runs/leftovers.ts');
    return { ownFolders: clearOwnFolders, store: clearStore };
  },
  commandLine: scriptPath('cli'),
  createRuns: (events) => {
    const runs = new Runs(events, Date.now);
    turns.attach(runs);
    return runs;
  },
};

// An engine process may die during a write; real errors are reported where they are awaited.
process.on('unhandledRejection', (reason) => console.error('unhandled rejection', withoutSecrets(inspect(reason))));

const connection = createConnection(ProposedFeatures.all);
serve(connection, (client, documentText, textAbove) => assemble(client, parts, documentText, textAbove));
