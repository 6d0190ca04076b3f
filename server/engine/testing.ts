/** For tests: the bundled model's engine, prompts in its order, and adapters with a visible effect. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layout } from '../prompt/build.ts';
import { bundledModelPath } from '../storage/paths.ts';
import type { EngineOptions } from './keptAlive.ts';
import { loadAddon } from './native.ts';
import { CompletionProcess } from './process.ts';
import { openTrainer } from './trainer.ts';
import type { CompleteRequest, PromptPart, TrainerConfig, TrainRow } from './types.ts';

const CONTEXT_TOKENS = 1024;
/** High: a dozen steps must show. */
const LEARNING_RATE = 1e-2;

export async function bundledEngine(
  options: EngineOptions = {},
  load: { mergeAdapters?: boolean } = {},
): Promise<CompletionProcess> {
  const engine = new CompletionProcess(options);
  await engine.load({
    modelPath: bundledModelPath(),
    contextTokens: CONTEXT_TOKENS,
    device: 'cpu',
    threads: 1,
    ...load,
  });
  return engine;
}

/** In the bundled model's training order, verbatim: nothing is cut or healed. */
export function fillIn(prefix: string, suffix: string): PromptPart[] {
  const format = { order: 'suffix-first-line', repoTokens: false } as const;
  return layout(format, { repoName: '', context: '', prefix, suffix });
}

export function request(prefix: string, suffix: string, more: Partial<CompleteRequest> = {}): CompleteRequest {
  return { prompt: fillIn(prefix, suffix), heal: '', maxTokens: 24, stop: [], adapter: null, ...more };
}

/** Text that the base continues until `maxTokens` (at most 900), on every processor: nowhere else is it as confident. */
export const ENDLESS = '0,'.repeat(40);

export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'repotune-engine-'));
}

/** Rank 4 on the bundled base as is, one thread. */
export function trainerConfig(): TrainerConfig {
  return {
    modelPath: bundledModelPath(),
    baseType: 'as-is',
    rank: 4,
    alpha: 8,
    adaptedBlocks: 0,
    weightDecay: 0,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    clipNorm: 1,
    seed: 1,
    threads: 1,
    device: 'cpu',
    maxTokens: 512,
    memoryBudgetBytes: 1 << 30,
  };
}

/** An adapter that has more or less memorized `text`; returns its path. */
export async function trainedAdapter(folder: string, name: string, text: string, rank = 4): Promise<string> {
  const trainer = await openTrainer(loadAddon(), { ...trainerConfig(), rank, alpha: 2 * rank });
  try {
    const row = wholeText(trainer.tokenize([text])[0] ?? []);
    for (let step = 0; step < 12; step++) await trainer.step([row], LEARNING_RATE);
    const path = join(folder, `${name}.gguf`);
    await trainer.exportAdapter(path);
    return path;
  } finally {
    trainer.dispose();
  }
}

function wholeText(tokens: readonly number[]): TrainRow {
  const lossWeights = new Float32Array(tokens.length).fill(1);
  lossWeights[0] = 0;
  return { tokens: Int32Array.from(tokens), starts: Int32Array.of(0), lossWeights };
}

/** A GGUF file with no tensors that names an architecture. */
export function emptyGguf(architecture: string): Uint8Array {
  const text = (value: string): Buffer => Buffer.concat([int64(value.length), Buffer.from(value)]);
  const typeString = Buffer.from([8, 0, 0, 0]);
  const header = Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), int64(0), int64(1)]);
  return Buffer.concat([header, text('general.architecture'), typeString, text(architecture), Buffer.alloc(64)]);
}

function int64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}
