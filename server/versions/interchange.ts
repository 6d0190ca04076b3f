/** Exports adapters for other programs, and imports theirs: PEFT folders, llama.cpp's adapter GGUF, one model merged with the base. */
import { copyFile, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { baseShapes, checkAdapterFile, requireAdapterHeader } from '../adapters/adapterFile.ts';
import { BadAdapter } from '../adapters/badAdapter.ts';
import { describeImport, rankAndAlphaOf } from '../adapters/importVersion.ts';
import { readAdapterFile, writeAdapterFile } from '../adapters/peft/ggufAdapter.ts';
import { exportPeft, importPeft } from '../adapters/peft/interchange.ts';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { toolVersion } from '../common/version.ts';
import { inspectTrainable, type ModelSummary } from '../models/inspect.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { publishedFormatOf } from '../prompt/index.ts';
import { promptMark } from '../prompt/promptMark.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { realPathOf } from '../storage/realPathOf.ts';
import { withScratch } from '../storage/scratch.ts';
import { writtenAside } from '../storage/writtenAside.ts';
import { newVersionId, SPLIT_RULE } from './describeVersion.ts';

/** A path that cannot be written or read as what it should be. */
export class WrongPath extends Error {}

export interface ExportTarget {
  readonly path: string;
  /** Base and adapter as one model. */
  readonly merged: boolean;
}

/**
 * A path ending in .gguf: llama.cpp's file; anything else: a PEFT folder. The output is test-loaded before it gets its final name.
 * @throws {WrongPath} among others.
 */
export async function exportAdapter(
  store: AdapterStore,
  wanted: string,
  { path: target, merged }: ExportTarget,
  modelPath: string,
): Promise<void> {
  const adapter = await store.find(wanted);
  await store.verify(adapter);
  const path = resolve(target);
  if (await isWithin(store.dir, path))
    throw new WrongPath(`${path} is where adapters are stored, whose files must not change; name another place`);
  const base = await baseOf(adapter, modelPath);
  if (await isSameFile(path, base))
    throw new WrongPath(`${path} is the adapter's base, which every adapter of it needs; name another file`);
  const { prompt } = adapter.manifest;
  if (merged) await exportMerged(adapter, base, path);
  else if (path.endsWith('.gguf')) {
    await writtenAside(path, async (aside) => {
      await writeAdapterFile(aside, { ...(await readAdapterFile(adapter.adapterPath)), prompt });
      await loadsOn(base, aside);
    });
  } else {
    await exportPeft(adapter.adapterPath, base, path, prompt);
  }
  await store.audit.append('export', adapter.id, merged ? `merged into ${path}` : path);
}

/** `path` need not exist yet. */
async function isWithin(dir: string, path: string): Promise<boolean> {
  const outer = await realpath(dir).catch(() => dir);
  const inner = await realPathOf(path);
  return inner === outer || inner.startsWith(`${outer}${sep}`);
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => null)));
  return a !== null && a === b;
}

/** Code that any model can score. */
const PROBE =
  'export function sum(values: number[]): number {\n  let total = 0;\n  for (const value of values) total += value;\n';
/** Rounding to eight bits a weight changes a loss by less; a wrong scale, or an adapter lost in rounding, by more. */
const MOST_DIFFERENCE = 0.02;

async function exportMerged({ id, adapterPath, manifest }: StoredAdapter, base: string, path: string): Promise<void> {
  if (!path.endsWith('.gguf')) throw new WrongPath('a merged model is a .gguf file');
  const serving = new ServingOnce();
  try {
    const { engine } = await serving.load(base, 'cpu');
    const adapter = { id, path: adapterPath, scale: 1 };
    const [tokens = []] = await engine.tokenize([PROBE]);
    const samples = [{ tokens, lossFrom: 1, lossTo: tokens.length }];
    const [apart] = await engine.score(samples, adapter);
    await writtenAside(path, async (aside) => {
      const mark = manifest.prompt === undefined ? '' : promptMark(manifest.prompt);
      await engine.merge({ basePath: base, adapterPath, scale: 1, targetPath: aside, promptMark: mark });
      await engine.load({ modelPath: aside, contextTokens: 512, device: 'cpu' });
      const [whole] = await engine.score(samples, null);
      // Windows neither renames nor deletes what is loaded.
      await serving.dispose();
      if (!(Math.abs(whole!.nll / apart!.nll - 1) <= MOST_DIFFERENCE))
        throw new Error(
          `Adapter ${id} predicts differently once it is merged into its base, so nothing was written. Export it unmerged.`,
        );
    });
  } finally {
    await serving.dispose();
  }
}

export interface ImportSource {
  /** A PEFT folder, or an adapter GGUF. */
  readonly path: string;
  /** Its own if undefined. */
  readonly name: string | undefined;
  /** Name of the repository it is imported into. */
  readonly repository: string;
}

/** It stays inactive: it has not been measured here. @returns its id @throws {WrongPath} among others. */
export async function importAdapter(
  store: AdapterStore,
  { path: source, name, repository }: ImportSource,
  modelPath: string,
): Promise<string> {
  const from = resolve(source);
  const info = await stat(from).catch(() => null);
  if (!info) throw new WrongPath(`there is nothing at ${from}`);
  // Reading a pipe would block, and a device might never end.
  if (!info.isFile() && !info.isDirectory()) throw new WrongPath(`${from} is neither a file nor a folder`);
  const base = await inspectTrainable(modelPath);
  return await withScratch('interchange', async (folder) => {
    const adapterFile = join(folder, 'adapter.gguf');
    await takenFrom(from, info.isDirectory(), base, adapterFile);
    const createdAtMs = Date.now();
    const manifest = await describeImport({
      id: newVersionId(createdAtMs, from),
      createdAtMs,
      toolVersion,
      name: (name ?? basename(from, '.gguf')).slice(0, 100) || 'imported',
      adapterFile,
      base,
      repository,
      prompt: await loadsOn(base.path, adapterFile),
      split: SPLIT_RULE,
    });
    const added = await store.add({
      manifest,
      adapterFile,
      report: { imported: from },
      origin: { kind: 'imported', from: basename(from) },
    });
    await store.audit.append('import', added.id, from);
    return added.id;
  });
}

/** Checks the source before anything native reads it, and before a model chosen by mistake is copied. */
async function takenFrom(from: string, isFolder: boolean, base: ModelSummary, adapterFile: string): Promise<void> {
  if (isFolder) await importPeft(from, base.path, adapterFile);
  try {
    if (!isFolder) {
      await requireAdapterHeader(from);
      await copyFile(from, adapterFile);
    }
    const expected = { ...(await rankAndAlphaOf(adapterFile)), architecture: base.architecture, rsLora: false };
    await checkAdapterFile(adapterFile, expected, await baseShapes(base.path));
  } catch (error) {
    if (!(error instanceof BadAdapter)) throw error;
    throw new Error(`${from} cannot be imported: ${error.message}.`, { cause: error });
  }
}

/**
 * Loads base and adapter in the serving engine: shapes and names match, or its error says what does not.
 * @returns how to prompt them: other programs train with the prompts of the base's maker.
 */
async function loadsOn(modelPath: string, adapterFile: string): Promise<PromptFormat> {
  const serving = new ServingOnce();
  try {
    const { engine, model } = await serving.load(modelPath, 'cpu');
    const adapter = { id: 'import', path: adapterFile, scale: 1 };
    await engine.complete({ prompt: [{ text: 'a' }], heal: '', maxTokens: 1, stop: [], adapter });
    return (await readAdapterFile(adapterFile)).prompt ?? publishedFormatOf(model);
  } finally {
    await serving.dispose();
  }
}

async function baseOf({ id, manifest }: StoredAdapter, path: string): Promise<string> {
  if ((await sha256OfModel(path)) === manifest.base.sha256) return path;
  throw new Error(
    `${path} is not the base of adapter ${id} (${manifest.base.name}, sha256 ${manifest.base.sha256}). Choose that one with "Repotune: Choose Base Model…" (on the command line: --model).`,
  );
}
