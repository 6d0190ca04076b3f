/** `repotune adapters export | import`: to and from PEFT folders and llama.cpp's adapter GGUF. */
import { copyFile, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { sha256OfModel } from '../adapters/hash.ts';
import { describeImport } from '../adapters/importVersion.ts';
import { exportPeft, importPeft } from '../adapters/peft/interchange.ts';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { resolveModel } from '../models/bundled.ts';
import { inspectTrainable } from '../models/inspect.ts';
import { formatOf } from '../prompt/index.ts';
import { temporaryName } from '../storage/writeAside.ts';
import { newVersionId, SPLIT_RULE } from '../tuning/describeVersion.ts';
import { toolVersion } from '../version.ts';
import { UsageError } from './command.ts';
import { ServingOnce } from './serving.ts';

/** `target` ending in .gguf: llama.cpp's file; anything else: a PEFT folder. Loads what it wrote before it says so. */
export async function exportAdapter(
  store: AdapterStore,
  wanted: string,
  target: string,
  model: string | undefined,
): Promise<void> {
  const adapter = await store.find(wanted);
  await store.verify(adapter);
  const path = resolve(target);
  if (path.endsWith('.gguf')) {
    const temporary = temporaryName(path);
    await copyFile(adapter.adapterPath, temporary);
    await rename(temporary, path);
  } else {
    const base = await baseOf(adapter, model);
    await exportPeft(adapter.adapterPath, base, path);
    await withScratch((folder) => importPeft(path, base, join(folder, 'check.gguf')));
  }
  await store.audit.append('export', adapter.id, path);
}

/** A PEFT folder, or an adapter GGUF. It is kept inactive: nothing here has measured it. @returns its id */
export async function importAdapter(
  store: AdapterStore,
  source: string,
  name: string | undefined,
  model: string | undefined,
): Promise<string> {
  const from = resolve(source);
  const info = await stat(from).catch(() => null);
  if (!info) throw new UsageError(`there is nothing at ${from}`);
  const base = await inspectTrainable(resolve(resolveModel(model)));
  return await withScratch(async (folder) => {
    const adapterFile = join(folder, 'adapter.gguf');
    if (info.isDirectory()) await importPeft(from, base.path, adapterFile);
    else await copyFile(from, adapterFile);
    const createdAtMs = Date.now();
    const manifest = await describeImport({
      id: newVersionId(createdAtMs, from),
      createdAtMs,
      toolVersion,
      name: (name ?? basename(from, '.gguf')).slice(0, 100) || 'imported',
      adapterFile,
      base,
      repository: basename(process.cwd()),
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

/** The serving engine loads base and adapter: shapes and names are right, or its sentence says what is not. */
async function loadsOn(modelPath: string, adapterFile: string) {
  const serving = new ServingOnce();
  try {
    const { engine, model } = await serving.load(modelPath, 'cpu');
    const adapter = { id: 'import', path: adapterFile, scale: 1 };
    await engine.complete({ prompt: [{ text: 'a' }], heal: '', maxTokens: 1, stop: [], adapter });
    const { order, repoTokens } = formatOf(model);
    return { order, repoTokens };
  } finally {
    await serving.dispose();
  }
}

async function baseOf({ id, manifest }: StoredAdapter, model: string | undefined): Promise<string> {
  const path = resolve(resolveModel(model));
  if ((await sha256OfModel(path)) === manifest.base.sha256) return path;
  throw new Error(
    `${path} is not the base of adapter ${id} (${manifest.base.name}, sha256 ${manifest.base.sha256}). Name it with --model.`,
  );
}

async function withScratch<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-interchange-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
