/** `repotune models`: available models, what suits this machine, downloads. */
import { join, resolve } from 'node:path';
import { gainsByPreparing, isPrepared } from '../adapters/preparedBase.ts';
import { fileSize, grid, table } from '../common/format.ts';
import { createCompletionEngine } from '../engine/index.ts';
import { BUNDLED_NOTE, bundledModel, isBundled } from '../models/bundled.ts';
import { type CatalogueEntry, catalogue } from '../models/catalogue.ts';
import { HardwareMeter } from '../models/hardware.ts';
import { addressOfHub } from '../models/hubModels.ts';
import { inspectModel, TRAINABLE_ARCHITECTURES, trainableProblem } from '../models/inspect.ts';
import { ModelLibrary, type Wanted, wantedModel } from '../models/library.ts';
import { libraryPlaces } from '../models/places.ts';
import { fitOf, recommend } from '../models/recommend.ts';
import { dataFolder } from '../storage/paths.ts';
import {
  actionOf,
  type Command,
  DEVICES,
  numberOf,
  type OnlyFor,
  oneOf,
  parse,
  required,
  requireNone,
  requireOwnFlags,
  UsageError,
} from './command.ts';
import { prepare } from './prepare.ts';
import { quoted, StatusLine } from './terminal.ts';

interface Flags {
  readonly json: boolean;
  readonly proxy?: string | undefined;
  readonly hub?: string | undefined;
  readonly minutes?: string | undefined;
  readonly device?: string | undefined;
  readonly anyway: boolean;
  readonly remove: boolean;
  readonly watched: boolean;
}

type Action = (library: ModelLibrary, wanted: string | undefined, flags: Flags, signal: AbortSignal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  list,
  show,
  get,
  delete: remove,
  recommend: advise,
  prepare: prepareNamed,
};

const TAKES_NONE: ReadonlySet<string> = new Set(['list', 'recommend']);
const ONLY_FOR: OnlyFor<'proxy' | 'hub' | 'minutes' | 'device' | 'anyway' | 'remove'> = {
  proxy: ['get'],
  hub: ['get'],
  minutes: ['prepare'],
  device: ['prepare'],
  anyway: ['prepare'],
  remove: ['prepare'],
};

export const modelsCommand: Command = {
  summary: 'Lists, downloads, examines and prepares base models, and recommends one for this machine.',
  usage: `[${Object.keys(actions).join(' | ')}] [model | owner/name/file.gguf | file.gguf] [--proxy url] [--hub url] [--json]
         prepare: [--minutes n] [--device ${DEVICES.join('|')}] [--anyway] [--remove] teaches a base once, from Repotune's own \
         code, where completions end; it then completes wherever no adapter of a repository does, unless it ends them well as it is`,
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      json: { type: 'boolean', default: false },
      proxy: { type: 'string' },
      hub: { type: 'string' },
      minutes: { type: 'string' },
      device: { type: 'string' },
      anyway: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      watched: { type: 'boolean', default: false },
    });
    const [name = 'list', wanted, ...more] = positionals;
    const action = actionOf(actions, name);
    if (TAKES_NONE.has(name)) requireNone(name, [wanted], 'model');
    if (more.length > 0) throw new UsageError('name only one model; quote a name with spaces');
    requireOwnFlags(name, values, ONLY_FOR);
    return await action(new ModelLibrary(libraryPlaces()), wanted, values, signal);
  },
};

async function list(library: ModelLibrary, _: string | undefined, { json }: Flags): Promise<number> {
  const [models, diskUseBytes] = await Promise.all([library.list(), library.diskUseBytes()]);
  const missing = catalogue.filter((entry) => !models.some(({ id }) => id === entry.id));
  if (json) {
    console.log(JSON.stringify({ models, available: missing, diskUseBytes }));
    return 0;
  }
  const rows = models.map(({ id, origin, fileBytes, summary, problem }) => [
    id,
    origin,
    fileSize(fileBytes),
    summary ? `${summary.architecture} ${summary.weightType}` : problem,
  ]);
  console.log(grid(['model', 'origin', 'size', 'contents'], rows));
  const offers = missing.map((entry) => [entry.id, fileSize(entry.fileBytes), licence(entry)]);
  console.log(`\n${grid(['to download (repotune models get <id>)', 'size', 'licence'], offers)}`);
  console.log(`\nDownloads use ${fileSize(diskUseBytes)} of disk space. ${BUNDLED_NOTE}`);
  return 0;
}

async function show(library: ModelLibrary, wanted: string | undefined, { json }: Flags): Promise<number> {
  const name = wanted ?? bundledModel();
  if (name === null)
    throw new Error(
      'The bundled model is missing from this installation. Install Repotune again, or name a model file.',
    );
  const model = await inspectModel(await pathOf(library, name));
  if (json) {
    console.log(JSON.stringify(model));
    return 0;
  }
  const tunable = TRAINABLE_ARCHITECTURES.includes(model.architecture);
  const limits = tunable ? '' : ` (cannot be tuned; supported: ${TRAINABLE_ARCHITECTURES.join(', ')})`;
  console.log(
    table([
      ['model', model.name],
      ['file', model.path],
      ['architecture', `${model.architecture}${limits}`],
      ['parameters', `${(model.parameters / 1e6).toFixed(1)} M in ${model.layers} blocks`],
      ['weights', `${model.weightType}, ${fileSize(model.sizeBytes)}`],
      ['context', `${model.contextLength} tokens`],
      ['licence', model.license || 'not stated'],
    ]),
  );
  if (isBundled(model.path)) console.log(`\n${BUNDLED_NOTE}`);
  const prepared = await isPrepared(model);
  if (prepared !== null) console.log(`\n${preparedNote(prepared, name)}`);
  return 0;
}

function preparedNote(prepared: boolean, name: string): string {
  if (prepared) return 'It is prepared: it knows where completions end.';
  return `It is not prepared. To teach it where completions end: repotune models prepare ${quoted(name)}`;
}

async function get(
  library: ModelLibrary,
  wanted: string | undefined,
  flags: Flags,
  signal: AbortSignal,
): Promise<number> {
  const entry = entryOf(wanted);
  if ('licenseNote' in entry && entry.licenseNote) console.error(`${entry.title}: ${entry.licenseNote}`);
  const line = new StatusLine(process.stderr);
  const outcome = await library.get(entry, {
    signal,
    onProgress: (done, total) => line.show(`${entry.file} ${fileSize(done)} of ${fileSize(total)}`),
    ...(flags.proxy ? { proxy: flags.proxy } : {}),
    ...(flags.hub ? { hubUrl: addressOfHub('--hub', flags.hub) } : {}),
  });
  line.clear();
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  if (outcome.kind === 'cancelled') {
    console.error(`repotune: stopped. What has arrived is kept. To resume, run: repotune models get ${entry.id}`);
    return 130;
  }
  console.log(flags.json ? JSON.stringify(outcome) : outcome.path);
  const summary = await inspectModel(outcome.path);
  // The hub has models of every kind.
  const problem = trainableProblem(summary, outcome.path);
  if (problem !== null) throw problem;
  if (flags.json) return 0;
  const model = quoted(outcome.path);
  if (gainsByPreparing(summary)) console.log(`To teach it where completions end: repotune models prepare ${model}`);
  console.log(`To tune it on the current folder: repotune tune --model ${model}`);
  return 0;
}

/** Path of a model of the library by its id, else of any GGUF file. */
async function pathOf(library: ModelLibrary, name: string): Promise<string> {
  const known = (await library.list()).find(({ id }) => id === name);
  if (known === undefined && catalogue.some(({ id }) => id === name))
    throw new Error(`${name} has not been downloaded. To download it, run: repotune models get ${name}`);
  return resolve(known?.path ?? name);
}

async function prepareNamed(
  library: ModelLibrary,
  wanted: string | undefined,
  { minutes, device = 'auto', anyway, remove, watched, json }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const name = required(wanted, 'name a model');
  const modelPath = await pathOf(library, name);
  const limit = numberOf(minutes, 'minutes', 0.05, 24 * 60);
  const on = oneOf(device, 'device', DEVICES) ?? 'auto';
  return await prepare({ modelPath, device: on, minutes: limit, anyway, remove, watched, json }, signal);
}

async function remove(library: ModelLibrary, wanted: string | undefined, { json }: Flags): Promise<number> {
  if (wanted === undefined) throw new UsageError('name a model');
  const outcome = await library.remove(wanted);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  console.log(json ? JSON.stringify(outcome) : `${wanted} was deleted, which freed ${fileSize(outcome.bytes)}.`);
  return 0;
}

async function advise(_: ModelLibrary, __: string | undefined, { json }: Flags, signal: AbortSignal): Promise<number> {
  const meter = new HardwareMeter({
    createEngine: () => createCompletionEngine(),
    keptSpeed: join(dataFolder(), 'speed.json'),
  });
  const hardware = await meter.measure('auto', signal);
  const chosen = recommend(catalogue, hardware);
  const fits = catalogue.map((entry) => ({ id: entry.id, ...fitOf(entry, hardware) }));
  if (json) {
    console.log(JSON.stringify({ hardware, chosen, fits }));
    return 0;
  }
  const marks = { comfortable: 'fits', slow: 'slow', 'too-large': 'too large' } as const;
  console.log(
    grid(
      ['model', 'fit', 'reason'],
      fits.map(({ id, kind, reason }) => [id, marks[kind], reason]),
    ),
  );
  console.log(`\nRecommended: ${chosen.reason}`);
  return 0;
}

function entryOf(wanted: string | undefined): Wanted {
  const entry = wanted === undefined ? null : wantedModel(wanted);
  if (entry) return entry;
  throw new UsageError(
    `${wanted === undefined ? 'name a model;' : `there is no model ${wanted};`} known: ${catalogue.map(({ id }) => id).join(', ')}, and owner/name/file.gguf for any model on the hub`,
  );
}

function licence({ license, licenseNote }: CatalogueEntry): string {
  return licenseNote ? `${license} (${licenseNote})` : license;
}
