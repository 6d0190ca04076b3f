import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { lineageOf } from '../adapters/lineage.ts';
import { type Route, readRoutes, removeRoutes, samePlace, setRoute } from '../adapters/routes.ts';
import { shapeText } from '../adapters/shapeText.ts';
import { commitsSince } from '../adapters/staleness.ts';
import { AdapterStore, type StoredAdapter } from '../adapters/store.ts';
import { resolveModel } from '../models/bundled.ts';
import { compareVersions } from '../tuning/compareVersions.ts';
import { type Command, parse, UsageError } from './command.ts';
import { describeComparison } from './compare.ts';
import { exportAdapter, importAdapter } from './interchange.ts';
import { ServingOnce } from './serving.ts';
import { grid, megabytes, StatusLine, table } from './terminal.ts';

type Action = (store: AdapterStore, args: readonly string[], flags: Flags) => Promise<number>;

interface Flags {
  readonly json: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly merged: boolean;
  readonly model?: string | undefined;
  readonly glob?: string | undefined;
  readonly language?: string | undefined;
  readonly folder: string;
  readonly signal: AbortSignal;
}

const actions: Readonly<Record<string, Action>> = {
  list,
  show,
  activate: async (store, [wanted], { force }) => {
    const adapter = await store.find(required(wanted, 'which adapter?'));
    await store.activate(adapter.id, 'by command', { force });
    console.log(`${adapter.name} (${adapter.id}) serves now.`);
    return 0;
  },
  disable: async (store) => {
    await store.disable('by command');
    console.log('The base alone serves now.');
    return 0;
  },
  rollback: async (store) => {
    const id = await store.rollBack();
    console.log(id === null ? 'The base alone serves now.' : `${id} serves now.`);
    return 0;
  },
  rename: async (store, [wanted, name]) => {
    const adapter = await store.find(required(wanted, 'which adapter?'));
    await store.rename(adapter.id, required(name, 'what name?'));
    return 0;
  },
  delete: remove,
  compare: async (store, [first, second], { folder, model, json, signal }) => {
    const names = [required(first, 'which two adapters?'), required(second, 'and which other one?')] as const;
    const modelPath = resolve(resolveModel(model));
    const serving = new ServingOnce();
    const line = new StatusLine(process.stderr);
    const { a, b, report } = await compareVersions(
      { folder, store, names, modelPath },
      { serving: () => serving.load(modelPath, 'auto'), nowMs: Date.now },
      (message) => line.show(message),
      signal,
    ).finally(() => {
      line.clear();
      return serving.dispose();
    });
    console.log(json ? JSON.stringify({ first: a.id, second: b.id, ...report }) : describeComparison(a, b, report));
    return 0;
  },
  lineage: async (store, [wanted], { json }) => {
    const adapter = await store.find(required(wanted, 'which adapter?'));
    const line = lineageOf((await store.list()).adapters, adapter.id);
    if (json)
      console.log(
        JSON.stringify(line.map((one) => (typeof one === 'string' ? { id: one, gone: true } : one.manifest))),
      );
    else
      console.log(
        line
          .map((one) => (typeof one === 'string' ? `${one} (deleted)` : describe(one)))
          .join('\n\ntrained on from\n\n'),
      );
    return 0;
  },
  routes: async (store, _, { json }) => {
    printRoutes(await readRoutes(store.dir), json);
    return 0;
  },
  route: async (store, [wanted], { glob, language, json }) => {
    const name = required(wanted, 'which adapter? Or base');
    const id = name === 'base' ? null : (await store.find(name)).id;
    const place = placeOf(glob, language);
    const routes = await setRoute(store.dir, { ...place, adapter: id });
    await store.audit.append('route', id, JSON.stringify(place));
    printRoutes(routes, json);
    return 0;
  },
  unroute: async (store, _, { glob, language, json }) => {
    const place = placeOf(glob, language);
    const routes = await removeRoutes(store.dir, (route) => samePlace(route, place));
    await store.audit.append('route', null, `none for ${JSON.stringify(place)}`);
    printRoutes(routes, json);
    return 0;
  },
  export: async (store, [wanted, target], { model, merged }) => {
    await exportAdapter(
      store,
      required(wanted, 'which adapter?'),
      required(target, 'where to? A .gguf file, or a folder for PEFT'),
      { model, merged },
    );
    return 0;
  },
  import: async (store, [source, name], { model }) => {
    const id = await importAdapter(store, required(source, 'which .gguf file or PEFT folder?'), name, model);
    console.log(
      `Kept as ${id}, not active: it was not evaluated here, and what it was trained on is not known. To use it all the same: repotune adapters activate ${id} --force`,
    );
    return 0;
  },
  log: async (store, _, { json }) => {
    const entries = await store.audit.read();
    for (const entry of entries) {
      console.log(
        json
          ? JSON.stringify(entry)
          : `${entry.at} ${entry.user} ${entry.action} ${entry.adapter ?? ''} ${entry.detail}`,
      );
    }
    return 0;
  },
};

export const adaptersCommand: Command = {
  summary: 'The adapters of a repository: which there are, which serves, and their history.',
  usage: `[${Object.keys(actions).join(' | ')}] [adapter | file] [name | target] [--folder path] [--model file.gguf] [--yes] [--force] [--json]
       route, unroute: [--glob pattern] [--language id]
       export: [--merged]: base and adapter as one model`,
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
    const action = actions[name];
    if (action === undefined) throw new UsageError(`there is no action ${name}`);
    const folder = resolve(values.folder ?? '.');
    return await action(await AdapterStore.of(folder), rest, { ...values, folder, signal });
  },
};

const GATE = { passed: 'passed', failed: 'refused', unmeasured: 'not measured here', unjudged: '-' } as const;

async function list(store: AdapterStore, _: readonly string[], { json, folder }: Flags): Promise<number> {
  const { adapters, damaged } = await store.list();
  if (json) {
    console.log(
      JSON.stringify({
        adapters: adapters.map(({ name, active, standing, manifest }) => ({ ...manifest, name, active, standing })),
        damaged,
      }),
    );
    return 0;
  }
  if (adapters.length === 0) console.log('No adapters yet: run repotune tune.');
  else {
    const rows = adapters.map(({ id, name, active, standing, manifest: { base, metrics, dataset } }) => [
      active ? `* ${id}` : `  ${id}`,
      name,
      base.name,
      dataset.commit.slice(0, 10),
      metrics === null
        ? 'not evaluated'
        : `${metrics.heldOutLossBase.toFixed(3)} -> ${metrics.heldOutLossTuned.toFixed(3)}`,
      GATE[standing.kind],
    ]);
    console.log(grid(['  adapter (* serves)', 'name', 'base', 'commit', 'held-out loss', 'gate'], rows));
  }
  const active = adapters.find((adapter) => adapter.active);
  const behind = active ? await commitsSince(folder, active.manifest.dataset.commit) : null;
  if (behind) {
    console.log(
      `${behind} commit${behind === 1 ? '' : 's'} since the active adapter was tuned. To go on from it: repotune tune ${folder} --continue active`,
    );
  }
  for (const { id, problem } of damaged) console.error(`${id} cannot be used: ${problem}`);
  return 0;
}

async function show(store: AdapterStore, [wanted]: readonly string[], { json }: Flags): Promise<number> {
  const adapter = await store.find(required(wanted, 'which adapter?'));
  console.log(json ? JSON.stringify(adapter.manifest) : describe(adapter));
  return 0;
}

function describe({ id, name, active, standing, manifest }: StoredAdapter): string {
  const { base, dataset, training, metrics, author, parent, createdAt, toolVersion } = manifest;
  return table([
    ['adapter', `${id}${active ? ', serves' : ''}`],
    ['name', name],
    [
      'made',
      `${createdAt} by ${author === null ? 'unknown' : `${author.name} <${author.email}>`} with Repotune ${toolVersion}`,
    ],
    ['trained on from', parent ?? 'scratch'],
    [
      'base',
      `${base.name}, ${base.architecture}, ${(base.parameters / 1e6).toFixed(0)} M parameters, ${base.weightType}, sha256 ${base.sha256}`,
    ],
    ['adapter', shapeText(manifest)],
    [
      'dataset',
      `${dataset.repository} at ${dataset.commit || 'no commit'}: ${dataset.files} files, ${dataset.trainPairs} pairs, digest ${dataset.digest.slice(0, 16)}`,
    ],
    [
      'training',
      `${training.method} on ${training.baseType}: ${training.steps} steps, ${training.tokens} tokens, rate ${training.learningRate}, seed ${training.seed}, ended by ${training.endReason}`,
    ],
    [
      'held-out loss',
      metrics === null
        ? 'not evaluated'
        : `${metrics.heldOutLossBase.toFixed(4)} -> ${metrics.heldOutLossTuned.toFixed(4)} on ${metrics.heldOutTokens} tokens`,
    ],
    ['gate', 'reason' in standing ? standing.reason : GATE[standing.kind]],
  ]);
}

async function remove(store: AdapterStore, [wanted]: readonly string[], { yes }: Flags): Promise<number> {
  const id = required(wanted, 'which adapter?');
  const { adapters, damaged } = await store.list();
  const known = damaged.some((one) => one.id === id) ? null : await store.find(id);
  const target = known?.id ?? id;
  const what =
    known === null
      ? `the damaged adapter ${id}`
      : `${known.name} (${known.id}, ${megabytes(known.manifest.adapter.sizeBytes)}${known.active ? ', serving now' : ''})`;
  if (!yes && !(await confirmed(`Delete ${what}? ${adapters.length - (known ? 1 : 0)} others stay.`))) {
    console.error('Nothing was deleted. Pass --yes to delete without being asked.');
    return 1;
  }
  await store.remove(target);
  console.log(`Deleted ${what}.`);
  return 0;
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}

function placeOf(glob: string | undefined, language: string | undefined): Pick<Route, 'glob' | 'language'> {
  if (glob === undefined && language === undefined) throw new UsageError('where? Name a --glob, a --language, or both');
  return { ...(glob === undefined ? {} : { glob }), ...(language === undefined ? {} : { language }) };
}

function printRoutes(routes: readonly Route[], json: boolean): void {
  if (json) console.log(JSON.stringify(routes));
  else if (routes.length === 0) console.log('No routes: the active adapter completes everywhere.');
  else {
    const rows = routes.map(({ glob, language, adapter }) => [glob ?? '*', language ?? 'any', adapter ?? 'the base']);
    console.log(grid(['files', 'language', 'adapter'], rows));
  }
}

function required(value: string | undefined, question: string): string {
  if (value === undefined) throw new UsageError(question);
  return value;
}
