/**
 * Adapters to and from PEFT's folders (`adapter_config.json`, `adapter_model.safetensors`): tune here and load with
 * `peft`, or the other way round. The numbers are the same; only names and the row order of rotated heads differ.
 */
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../common/messageOf.ts';
import { readHeader } from '../../gguf/ggufHeader.ts';
import { markedPrompt, PROMPT_MARK, promptMark } from '../../prompt/promptMark.ts';
import type { PromptFormat } from '../../protocol/promptFormat.ts';
import { removeAll, renamePatiently } from '../../storage/patient.ts';
import { withScratch } from '../../storage/scratch.ts';
import { syncFolder, writeAside } from '../../storage/writeAside.ts';
import type { BaseShapes } from '../adapterFile.ts';
import { readAdapterFile, writeAdapterFile } from './ggufAdapter.ts';
import { type Factor, ggufName, moduleName, parseGgufName, parsePeftName, peftModule, peftName } from './names.ts';
import { CONFIG_FILE, type PeftConfig, readPeftConfig } from './peftConfig.ts';
import { type Heads, interleavedHeads, reorderRows } from './rotary.ts';
import {
  type Matrix,
  matricesIn,
  metadataIn,
  type Shaped,
  type StoredMatrix,
  writeSafetensors,
} from './safetensors.ts';

const weightsFile = 'adapter_model.safetensors';
const mostWeightsBytes = 2 ** 31;

/** In the folder, while it is written and read back. */
const ASIDE = '.repotune-incoming';

/**
 * Replaces an adapter that is there, once this one has been read back. `prompt`: the layout that it has learned, for whoever imports it.
 * @throws {Error} with one sentence for the user.
 */
export async function exportPeft(
  adapterPath: string,
  basePath: string,
  folder: string,
  prompt?: PromptFormat,
): Promise<void> {
  const { heads } = await baseOf(basePath);
  const { architecture, alpha, matrices } = await readAdapterFile(adapterPath);
  if (architecture !== heads.architecture)
    throw new Error(
      `The adapter is for a ${architecture} model, ${basePath} is ${heads.architecture}. Give the base it was tuned on.`,
    );
  const factors = new Map<string, Matrix>();
  const modules = new Set<string>();
  let rank = 0;
  for (const [name, matrix] of matrices) {
    const factor = parseGgufName(name);
    if (!factor) throw new Error(`The adapter changes ${name}, which PEFT has no name for.`);
    factors.set(peftName(factor), moveRows(factor, matrix, heads, 'halves'));
    modules.add(moduleName(factor.linear));
    rank = factor.side === 'a' ? matrix.shape[0] : matrix.shape[1];
  }
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: null,
    inference_mode: true,
    bias: 'none',
    lora_dropout: 0,
    r: rank,
    lora_alpha: alpha,
    use_rslora: false,
    target_modules: [...modules].sort(),
  };
  const marked = prompt === undefined ? {} : { [PROMPT_MARK]: promptMark(prompt) };
  const aside = join(folder, ASIDE);
  try {
    await removeAll(aside);
    await mkdir(aside, { recursive: true });
    await writeAside(join(aside, weightsFile), writeSafetensors(factors, { format: 'pt', ...marked }));
    await writeAside(join(aside, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`);
    await withScratch('interchange', (scratch) => importPeft(aside, basePath, join(scratch, 'check.gguf')));
    // Both names cannot change at once. With the old configuration, PEFT would load the new weights at the old scale.
    await rm(join(folder, CONFIG_FILE), { force: true });
    await syncFolder(folder);
    for (const name of [weightsFile, CONFIG_FILE]) await renamePatiently(join(aside, name), join(folder, name));
    await syncFolder(folder);
  } finally {
    await removeAll(aside);
  }
}

/** @throws {Error} with one sentence for the user, leaving `target` untouched. */
export async function importPeft(folder: string, basePath: string, target: string): Promise<void> {
  const base = await baseOf(basePath);
  const config = await readPeftConfig(folder);
  const weightsPath = join(folder, weightsFile);
  const bytes = await stat(weightsPath).then(
    (info) => (info.isFile() ? info.size : 0),
    () => 0,
  );
  if (bytes === 0 || bytes > mostWeightsBytes)
    throw new Error(`${folder} has no usable ${weightsFile}. Save the adapter with PEFT's save_pretrained.`);
  const content = await readFile(weightsPath);
  const stored = storedIn(content, weightsPath);
  // Check all names and shapes before reading the first number.
  const factors = stored.map((one) => factorOf(one, config, base.shapes, weightsPath));
  requirePairs(factors.map(ggufName), weightsPath);
  const matrices = new Map<string, Matrix>();
  for (const [i, { name, read }] of stored.entries()) {
    const matrix = read();
    if (!matrix.data.every(Number.isFinite))
      throw new Error(`${weightsPath}: ${name} holds numbers that are not finite.`);
    matrices.set(ggufName(factors[i]!), moveRows(factors[i]!, matrix, base.heads, 'interleaved'));
  }
  const prompt = markedPrompt(metadataIn(content)[PROMPT_MARK]);
  await writeAdapterFile(target, {
    architecture: base.heads.architecture,
    alpha: config.alpha,
    matrices,
    ...(prompt === null ? {} : { prompt }),
  });
}

/** The part of the base that a tensor changes. */
function factorOf({ name, shape }: Shaped, { rank, leftOutBy }: PeftConfig, base: BaseShapes, path: string): Factor {
  const factor = parsePeftName(name);
  if (!factor) throw new Error(`${path} changes ${name}; only the attention and MLP linears can be imported.`);
  const setting = leftOutBy(peftModule(name), factor.block);
  if (setting !== null)
    throw new Error(
      `${path} holds ${name}, which PEFT ignores: ${CONFIG_FILE} leaves it out by ${setting}. Load the adapter with PEFT and save it again.`,
    );
  const [given, size] = factor.side === 'a' ? shape : [shape[1], shape[0]];
  if (given !== rank) throw new Error(`${path}: ${name} has rank ${given}, ${CONFIG_FILE} says ${rank}.`);
  const linear = base.get(ggufName(factor).replace(/\.lora_[ab]$/, ''));
  if (linear?.[factor.side === 'a' ? 0 : 1] !== size)
    throw new Error(
      `${path}: ${name} does not fit the base, where ${linear ? `that linear is [${linear.join(', ')}]` : 'there is no such linear'}. Choose the base it was tuned on.`,
    );
  return factor;
}

function storedIn(bytes: Buffer, path: string): StoredMatrix[] {
  try {
    return matricesIn(bytes);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${messageOf(error)}.`);
  }
}

function requirePairs(names: readonly string[], path: string): void {
  if (names.length === 0) throw new Error(`${path} holds no adapter matrices.`);
  const linear = (name: string): string => name.replace(/\.lora_[ab]$/, '');
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      throw new Error(`${path} changes ${linear(name)} twice, as a file with two adapters does. Save one alone.`);
    seen.add(name);
  }
  for (const name of names)
    if (!seen.has(`${name.slice(0, -1)}${name.endsWith('a') ? 'b' : 'a'}`))
      throw new Error(`${path} has only one of the two matrices of ${linear(name)}.`);
}

function moveRows(factor: Factor, matrix: Matrix, heads: Heads, to: 'interleaved' | 'halves'): Matrix {
  const count = factor.side === 'b' ? interleavedHeads(factor.linear, heads) : null;
  return count === null ? matrix : reorderRows(matrix, count, to);
}

async function baseOf(basePath: string): Promise<{ readonly heads: Heads; readonly shapes: BaseShapes }> {
  const file = await open(basePath, 'r');
  try {
    const { metadata, tensors } = await readHeader(file, basePath, (await file.stat()).size);
    const architecture = String(metadata.get('general.architecture'));
    const heads = Number(metadata.get(`${architecture}.attention.head_count`));
    const keyValueHeads = Number(metadata.get(`${architecture}.attention.head_count_kv`) ?? heads);
    return {
      heads: { architecture, heads, keyValueHeads },
      shapes: new Map(tensors.map(({ name, shape }) => [name, shape])),
    };
  } finally {
    await file.close();
  }
}
