/**
 * Adapters to and from PEFT's folders (`adapter_config.json`, `adapter_model.safetensors`): tune here and load with
 * `peft`, or the other way round. The numbers are the same; only names and the row order of rotated heads differ.
 */
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../../common/messageOf.ts';
import { readHeader } from '../../gguf/ggufHeader.ts';
import { writeAside } from '../../storage/writeAside.ts';
import { readAdapterFile, writeAdapterFile } from './ggufAdapter.ts';
import { type Factor, ggufName, moduleName, parseGgufName, parsePeftName, peftName } from './names.ts';
import { type Heads, interleavedHeads, reorderRows } from './rotary.ts';
import { type Matrix, readSafetensors, writeSafetensors } from './safetensors.ts';

const configFile = 'adapter_config.json';
const weightsFile = 'adapter_model.safetensors';
const mostWeightsBytes = 2 ** 31;

const configSchema = z.object({
  peft_type: z.literal('LORA'),
  r: z.int().min(1).max(1024),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().optional(),
  use_dora: z.boolean().optional(),
  bias: z.string().optional(),
  rank_pattern: z.record(z.string(), z.unknown()).optional(),
  alpha_pattern: z.record(z.string(), z.unknown()).optional(),
});

/** @throws {Error} with one sentence for the user. */
export async function exportPeft(adapterPath: string, basePath: string, folder: string): Promise<void> {
  const heads = await headsOf(basePath);
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
  await mkdir(folder, { recursive: true });
  await writeAside(join(folder, weightsFile), writeSafetensors(factors, { format: 'pt' }));
  await writeAside(join(folder, configFile), `${JSON.stringify(config, null, 2)}\n`);
}

/** @throws {Error} with one sentence for the user; `target` is untouched then. */
export async function importPeft(folder: string, basePath: string, target: string): Promise<void> {
  const heads = await headsOf(basePath);
  const config = await readConfig(folder);
  const weightsPath = join(folder, weightsFile);
  const bytes = await stat(weightsPath).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes === 0 || bytes > mostWeightsBytes)
    throw new Error(`${folder} has no usable ${weightsFile}. Save the adapter with PEFT's save_pretrained.`);
  const matrices = new Map<string, Matrix>();
  for (const [name, matrix] of readWeights(await readFile(weightsPath), weightsPath)) {
    const factor = parsePeftName(name);
    if (!factor) throw new Error(`${weightsPath} changes ${name}; only the attention and MLP linears can be imported.`);
    const rank = factor.side === 'a' ? matrix.shape[0] : matrix.shape[1];
    if (rank !== config.rank)
      throw new Error(`${weightsPath}: ${name} has rank ${rank}, ${configFile} says ${config.rank}.`);
    if (!matrix.data.every(Number.isFinite))
      throw new Error(`${weightsPath}: ${name} holds numbers that are not finite.`);
    matrices.set(ggufName(factor), moveRows(factor, matrix, heads, 'interleaved'));
  }
  requirePairs(matrices, weightsPath);
  await writeAdapterFile(target, { architecture: heads.architecture, alpha: config.alpha, matrices });
}

async function readConfig(folder: string): Promise<{ rank: number; alpha: number }> {
  const path = join(folder, configFile);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${folder} has no ${configFile}. Give a folder that PEFT's save_pretrained wrote.`);
  });
  const parsed = configSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`${path} does not describe a LoRA adapter.`);
  const { r, lora_alpha, use_rslora, use_dora, bias, rank_pattern, alpha_pattern } = parsed.data;
  const patterns = Object.keys({ ...rank_pattern, ...alpha_pattern }).length > 0;
  if (use_dora || patterns || (bias ?? 'none') !== 'none')
    throw new Error(`${path} uses DoRA, biases or per-module ranks, which llama.cpp's adapters cannot hold.`);
  // PEFT scales by alpha / sqrt(r) under rsLoRA; llama.cpp always by alpha / r.
  return { rank: r, alpha: use_rslora ? lora_alpha * Math.sqrt(r) : lora_alpha };
}

function readWeights(bytes: Buffer, path: string): Map<string, Matrix> {
  try {
    return readSafetensors(bytes);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${messageOf(error)}.`);
  }
}

function requirePairs(matrices: ReadonlyMap<string, Matrix>, path: string): void {
  if (matrices.size === 0) throw new Error(`${path} holds no adapter matrices.`);
  for (const name of matrices.keys()) {
    const other = name.endsWith('a') ? `${name.slice(0, -1)}b` : `${name.slice(0, -1)}a`;
    if (!matrices.has(other))
      throw new Error(`${path} has only one of the two matrices of ${name.replace(/\.lora_[ab]$/, '')}.`);
  }
}

function moveRows(factor: Factor, matrix: Matrix, heads: Heads, to: 'interleaved' | 'halves'): Matrix {
  const count = factor.side === 'b' ? interleavedHeads(factor.linear, heads) : null;
  return count === null ? matrix : reorderRows(matrix, count, to);
}

async function headsOf(basePath: string): Promise<Heads> {
  const file = await open(basePath, 'r');
  try {
    const { metadata } = await readHeader(file, basePath, (await file.stat()).size);
    const architecture = String(metadata.get('general.architecture'));
    const heads = Number(metadata.get(`${architecture}.attention.head_count`));
    return {
      architecture,
      heads,
      keyValueHeads: Number(metadata.get(`${architecture}.attention.head_count_kv`) ?? heads),
    };
  } finally {
    await file.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
