import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { preparedBase } from '../adapters/preparedBase.ts';
import { readRoutes, routeFor } from '../adapters/routes.ts';
import { notMadeHere } from '../adapters/servingPlan.ts';
import { AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import { counted } from '../common/format.ts';
import { readSettings } from '../common/settings.ts';
import { completeAt } from '../completion/completeAt.ts';
import type { AdapterRef } from '../engine/types.ts';
import { findRepository } from '../git/repository.ts';
import { languageIdOf } from '../languages/languageId.ts';
import { resolveModel } from '../models/bundled.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { type Command, parse, UsageError } from './command.ts';
import { textOf } from './inputs.ts';

export const completeCommand: Command = {
  summary:
    'Prints the suggestion that the editor shows while you type at a position, or with --invoked when you ask for one. Lines and columns count from 1, in UTF-16 units.',
  usage: '<file>:<line>:<column>… [--base | --adapter id] [--model file.gguf] [--invoked] [--json]',
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      base: { type: 'boolean', default: false },
      adapter: { type: 'string' },
      model: { type: 'string' },
      invoked: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length === 0) throw new UsageError('name a position');
    if (values.base && values.adapter !== undefined) throw new UsageError('give --base or --adapter, not both');
    const targets = await Promise.all(positionals.map((place) => targetAt(parsePlace(place))));
    const modelPath = resolveModel(values.model);
    const adapters = values.base ? [] : await adaptersFor(targets, modelPath, values.adapter);
    const serving = new ServingOnce();
    try {
      const { engine, model } = await serving.load(modelPath, 'auto');
      const { maxTokens } = readSettings({}).settings.completions;
      for (const [i, target] of targets.entries()) {
        const adapter = adapters[i] ?? null;
        // Nobody is typing: what is offered does not depend on how fast the machine reads.
        const options = { maxTokens, invoked: values.invoked, patient: true };
        const outcome = await completeAt(target, { engine, model, adapter }, options, signal);
        signal.throwIfAborted();
        if (values.json) console.log(JSON.stringify({ ...outcome, adapter: adapter?.id ?? null }));
        else if (outcome.kind === 'suggestion') process.stdout.write(`${outcome.text}\n`);
        else console.error(`no suggestion: ${outcome.kind === 'none' ? outcome.reason : 'cancelled'}`);
      }
      return 0;
    } finally {
      await serving.dispose();
    }
  },
};

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

async function targetAt({ file: given, line, column }: Position) {
  const named = resolve(given);
  const text = await textOf(named);
  // As git names it: its folder may be reached through a link, as all of /tmp is on a Mac.
  const file = join(await realpath(dirname(named)), basename(named));
  const folder = (await findRepository(dirname(file)))?.root ?? dirname(file);
  const offset = offsetOf(text, line, column);
  const path = relative(folder, file).split(sep).join('/');
  return { folder, path, text, offset, languageId: languageIdOf(file), repoName: basename(folder), context: '' };
}

function parsePlace(text: string): Position {
  const match = /^(.+):(\d+):(\d+)$/.exec(text);
  if (!match) throw new UsageError(`${text} is not of the form file:line:column`);
  return { file: match[1]!, line: Number(match[2]), column: Number(match[3]) };
}

/** @throws {UsageError} if the file has no such place. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const lineBreak = text.indexOf('\n', start);
    if (lineBreak < 0) throw new UsageError(`the file has ${counted(current, 'line')}, there is no line ${line}`);
    start = lineBreak + 1;
  }
  const lineBreak = text.indexOf('\n', start);
  const content = text.slice(start, lineBreak < 0 ? text.length : lineBreak).replace(/\r$/, '');
  if (line < 1 || column < 1 || column > content.length + 1)
    throw new UsageError(`line ${line} has columns 1 to ${content.length + 1}`);
  return start + column - 1;
}

interface Place {
  readonly folder: string;
  readonly path: string;
  readonly languageId: string;
}

/** Of each place, as in the editor: two places may be routed differently, or lie in two repositories. */
async function adaptersFor(
  places: readonly Place[],
  modelPath: string,
  wanted: string | undefined,
): Promise<(AdapterRef | null)[]> {
  const usable = new Map<string, AdapterRef>();
  const found: (AdapterRef | null)[] = [];
  for (const place of places) {
    const chosen = await chosenFor(place, wanted);
    if (chosen === null) found.push(await preparedBase(modelPath).catch(() => null));
    else {
      const ref = usable.get(chosen.adapter.dir) ?? (await requireUsable(chosen, modelPath));
      usable.set(chosen.adapter.dir, ref);
      found.push(ref);
    }
  }
  return found;
}

interface Chosen {
  readonly store: AdapterStore;
  readonly adapter: StoredAdapter;
}

/** The adapter named, else the one that a route names for the file, else the active one. */
async function chosenFor({ folder, path, languageId }: Place, wanted: string | undefined): Promise<Chosen | null> {
  const store = await AdapterStore.of(folder);
  const route = wanted === undefined ? routeFor(await readRoutes(store.dir), path, languageId) : null;
  if (route?.adapter === null) return null;
  const name = wanted ?? route?.adapter;
  const adapter = name === undefined ? await store.active() : await store.find(name);
  if (adapter === null) return null;
  // Naming one on the command line implies trust; a route may come from somebody else's archive.
  if (wanted === undefined && !adapter.sealed) throw new Error(notMadeHere(adapter.id));
  return { store, adapter };
}

async function requireUsable({ store, adapter }: Chosen, modelPath: string): Promise<AdapterRef> {
  await store.verify(adapter);
  if (adapter.manifest.base.sha256 !== (await sha256OfModel(modelPath))) {
    throw new Error(
      `Adapter ${adapter.id} belongs to the base ${adapter.manifest.base.name}, not to ${basename(modelPath)}. Pass its base with --model, or use --base.`,
    );
  }
  return refOf(adapter);
}
