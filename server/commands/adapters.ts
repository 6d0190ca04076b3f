import type { StoredAdapter } from '../adapters/store.ts';
import { counted, grid, heldOutLoss, megabytes, table } from '../common/format.ts';
import { shapeText } from '../common/shapeText.ts';
import { withPromptAdvice } from '../prompt/advice.ts';
import type { RouteParams, RoutePlace } from '../protocol/adapters.ts';
import type { AdapterService } from '../versions/adapterService.ts';
import { WrongPath } from '../versions/interchange.ts';
import { actionOf, type Command, type OnlyFor, parse, required, requireOwnFlags, UsageError } from './command.ts';
import { describeComparison } from './compare.ts';
import { folderAt } from './inputs.ts';
import { serviceFor } from './service.ts';
import { asked, folderWords, quoted, StatusLine, say } from './terminal.ts';

type Action = (adapters: AdapterService, args: readonly string[], flags: Flags) => Promise<number>;

interface Flags {
  readonly json: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly merged: boolean;
  readonly glob?: string | undefined;
  readonly language?: string | undefined;
  readonly signal: AbortSignal;
}

const BASE_ALONE = 'The base model is used alone now.';

const actions: Readonly<Record<string, Action>> = {
  list,
  show,
  activate: async (adapters, [wanted], { force, json }) => {
    const { id, name } = await adapters.activate(required(wanted, 'name an adapter'), { force });
    return say(json, { active: id }, `${name} (${id}) is active now.`);
  },
  disable: async (adapters, _, { json }) => {
    await adapters.disable();
    return say(json, { active: null }, BASE_ALONE);
  },
  rollback: async (adapters, _, { json }) => {
    const id = await adapters.rollBack();
    return say(json, { active: id }, id === null ? BASE_ALONE : `${id} is active now.`);
  },
  rename: async (adapters, [wanted, name], { json }) => {
    const { id } = await adapters.find(required(wanted, 'name an adapter'));
    const given = required(name, 'give it a name');
    await adapters.rename(id, given);
    return say(json, { id, name: given }, `${id} is called ${given} now.`);
  },
  delete: remove,
  compare: async (adapters, [first, second], { json, signal }) => {
    const names = [required(first, 'name two adapters'), required(second, 'name a second adapter')] as const;
    const line = new StatusLine(process.stderr);
    const compared = adapters.compare(...names, (message) => line.show(message), signal);
    const { a, b, report } = await compared.finally(() => line.clear());
    return say(json, { first: a.id, second: b.id, ...report }, describeComparison(a, b, report));
  },
  lineage: async (adapters, [wanted], { json }) => {
    const line = await adapters.lineage(required(wanted, 'name an adapter'));
    const found = line.map((one) => (typeof one === 'string' ? { id: one, gone: true } : one.manifest));
    const described = line.map((one) => (typeof one === 'string' ? `${one} (deleted)` : describe(one)));
    return say(json, found, described.join('\n\ncontinued from\n\n'));
  },
  routes: async (adapters, _, { json }) => {
    printRoutes(await adapters.routes(), json);
    return 0;
  },
  route: async (adapters, [wanted], { glob, language, json }) => {
    const name = required(wanted, 'name an adapter, or base');
    const place = placeOf(glob, language);
    printRoutes(await adapters.setRoute({ ...place, adapter: name === 'base' ? null : name }), json);
    return 0;
  },
  unroute: async (adapters, _, { glob, language, json }) => {
    printRoutes(await adapters.removeRoute(placeOf(glob, language)), json);
    return 0;
  },
  export: async (adapters, [wanted, target], { merged, json }) => {
    const name = required(wanted, 'name an adapter');
    const path = required(target, 'name a target: a .gguf file, or a folder for PEFT');
    await adapters.export(name, { path, merged }).catch(sayUsage);
    const { id, manifest } = await adapters.find(name);
    return say(json, { id, path, merged }, withPromptAdvice(`${name} was exported to ${path}.`, manifest.prompt));
  },
  import: async (adapters, [source, name], { json }) => {
    const from = required(source, 'name a .gguf file or a PEFT folder');
    const id = await adapters.import(from, name).catch(sayUsage);
    return say(
      json,
      { id },
      `Stored as ${id} but not activated: it was not evaluated here, and its training data is not known. To use it anyway, run: repotune adapters activate ${id} --force${folderWords(adapters.folder)}`,
    );
  },
  log: async (adapters, _, { json }) => {
    for (const entry of await adapters.record()) {
      console.log(
        json
          ? JSON.stringify(entry)
          : `${entry.at} ${entry.user} ${entry.action} ${entry.adapter ?? ''} ${entry.detail}`,
      );
    }
    return 0;
  },
};

const TAKES_TWO: ReadonlySet<string> = new Set(['rename', 'compare', 'export', 'import']);
const TAKES_NONE: ReadonlySet<string> = new Set(['list', 'log', 'disable', 'rollback', 'routes', 'unroute']);
const ONLY_FOR: OnlyFor<'glob' | 'language' | 'merged' | 'force' | 'yes'> = {
  glob: ['route', 'unroute'],
  language: ['route', 'unroute'],
  merged: ['export'],
  force: ['activate'],
  yes: ['delete'],
};

export const adaptersCommand: Command = {
  summary: 'Lists and manages the adapters of a repository.',
  usage: `[action] [--folder path] [--model file.gguf] [--json]
       list (without an action too) | show adapter | lineage adapter | log
       activate adapter [--force] | disable | rollback
       rename adapter name | delete adapter [--yes]
       compare adapter adapter: on held-out files
       routes | route adapter|base [--glob pattern] [--language id] | unroute [--glob pattern] [--language id]: another adapter for some files
       export adapter file.gguf|folder [--merged] | import file.gguf|folder [name]: as GGUF, or a folder in PEFT's format; \
         --merged: base and adapter as one model`,
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      folder: { type: 'string' },
      model: { type: 'string' },
      glob: { type: 'string' },
      language: { type: 'string' },
      yes: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      merged: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [name = 'list', ...rest] = positionals;
    const action = actionOf(actions, name);
    if (rest.length > 0 && TAKES_NONE.has(name)) throw new UsageError(`${name} takes no adapter`);
    const most = TAKES_TWO.has(name) ? 2 : 1;
    if (rest.length > most)
      throw new UsageError(
        `${name} takes at most ${most === 1 ? 'one argument' : 'two arguments'}; quote a name with spaces`,
      );
    requireOwnFlags(name, values, ONLY_FOR);
    const { folder, model, ...flags } = values;
    return await action(await serviceFor(await folderAt(folder), model), rest, { ...flags, signal });
  },
};

const GATE = {
  passed: 'passed',
  failed: 'failed',
  unmeasured: 'not measured here',
  unmeasurable: 'cannot be measured',
  unjudged: '-',
} as const;

async function list(service: AdapterService, _: readonly string[], { json }: Flags): Promise<number> {
  const { adapters, damaged } = await service.list();
  if (json) {
    console.log(
      JSON.stringify({
        adapters: adapters.map(({ name, active, standing, manifest }) => ({ ...manifest, name, active, standing })),
        damaged,
      }),
    );
    return 0;
  }
  if (adapters.length === 0) console.log(`No adapters yet. To tune one, run: repotune tune ${quoted(service.folder)}`);
  else {
    const rows = adapters.map(({ id, name, active, standing, manifest: { base, metrics, dataset } }) => [
      active ? `* ${id}` : `  ${id}`,
      name,
      base.name,
      dataset.commit.slice(0, 10),
      heldOutLoss(metrics),
      GATE[standing.kind],
    ]);
    console.log(grid(['  adapter (* active)', 'name', 'base', 'commit', 'held-out loss', 'gate'], rows));
  }
  const behind = adapters.some(({ active }) => active) ? await service.commitsSinceTune() : null;
  if (behind) {
    console.log(
      `${counted(behind, 'commit')} since the active adapter was tuned. To continue from it, run: repotune tune ${quoted(service.folder)} --continue active`,
    );
  }
  for (const { id, problem } of damaged) console.error(`${id} cannot be used: ${problem}`);
  return 0;
}

async function show(adapters: AdapterService, [wanted]: readonly string[], { json }: Flags): Promise<number> {
  const adapter = await adapters.find(required(wanted, 'name an adapter'));
  return say(json, adapter.manifest, describe(adapter));
}

function describe({ id, name, active, standing, manifest }: StoredAdapter): string {
  const { base, dataset, training, metrics, author, parent, createdAt, toolVersion } = manifest;
  return table([
    ['adapter', `${id}${active ? ', active' : ''}`],
    ['name', name],
    [
      'created',
      `${createdAt} by ${author === null ? 'an unknown author' : `${author.name} <${author.email}>`} with Repotune ${toolVersion}`,
    ],
    ['continued from', parent ?? 'no other adapter'],
    [
      'base',
      `${base.name}, ${base.architecture}, ${(base.parameters / 1e6).toFixed(0)} M parameters, ${base.weightType}, sha256 ${base.sha256}`,
    ],
    ['adapter', shapeText(manifest)],
    [
      'dataset',
      `${dataset.repository} at ${dataset.commit || 'no commit'}: ${counted(dataset.files, 'file')}, ${counted(dataset.trainPairs, 'pair')}, digest ${dataset.digest.slice(0, 16)}`,
    ],
    [
      'training',
      `${training.method} on ${training.baseType}: ${counted(training.steps, 'step')}, ${counted(training.tokens, 'token')}, learning rate ${training.learningRate}, seed ${training.seed}, end: ${training.endReason}`,
    ],
    [
      'held-out loss',
      metrics === null
        ? 'not evaluated'
        : `${metrics.heldOutLossBase.toFixed(4)} -> ${metrics.heldOutLossTuned.toFixed(4)} on ${counted(metrics.heldOutTokens, 'token')}`,
    ],
    ['gate', 'reason' in standing ? standing.reason : GATE[standing.kind]],
  ]);
}

async function remove(service: AdapterService, [wanted]: readonly string[], { yes, json }: Flags): Promise<number> {
  const id = required(wanted, 'name an adapter');
  const { adapters, damaged } = await service.list();
  const known = damaged.some((one) => one.id === id) ? null : await service.find(id);
  const target = known?.id ?? id;
  const what =
    known === null
      ? `the damaged adapter ${id}`
      : `${known.name} (${known.id}, ${megabytes(known.manifest.adapter.sizeBytes)}${known.active ? ', active now' : ''})`;
  if (!yes && !(await asked(`Delete ${what}? Other adapters that stay: ${adapters.length - (known ? 1 : 0)}.`))) {
    console.error('Nothing was deleted. Pass --yes to delete without being asked.');
    return 1;
  }
  await service.remove(target);
  return say(json, { deleted: target }, `Deleted ${what}.`);
}

function placeOf(glob: string | undefined, language: string | undefined): RoutePlace {
  if (glob === undefined && language === undefined) throw new UsageError('name a --glob, a --language, or both');
  return { ...(glob === undefined ? {} : { glob }), ...(language === undefined ? {} : { language }) };
}

function printRoutes(routes: readonly RouteParams[], json: boolean): void {
  if (json) console.log(JSON.stringify(routes));
  else if (routes.length === 0) console.log('No routes: the active adapter is used for all files.');
  else {
    const rows = routes.map(({ glob, language, adapter }) => [glob ?? '*', language ?? 'any', adapter ?? 'the base']);
    console.log(grid(['files', 'language', 'adapter'], rows));
  }
}

function sayUsage(error: unknown): never {
  throw error instanceof WrongPath ? new UsageError(error.message) : error;
}
