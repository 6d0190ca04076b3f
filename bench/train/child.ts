/** One trainer in its own process, to measure peak memory: a warm-up step, then timed ones; prints JSON. */
import * as z from 'zod';
import { loadAddon } from '../../server/engine/native.ts';
import { toTrainRow } from '../../server/engine/training/packing.ts';
import { planSchedule } from '../../server/engine/training/schedule.ts';
import type { TrainerConfig, TrainRow } from '../../server/engine/types.ts';
import { adaptedBlocksFor } from '../../server/tuning/blocks.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import type { OwnMeasure } from './measures.ts';

const options = z
  .object({
    model: z.string(),
    batch: z.number(),
    tokens: z.number(),
    steps: z.number(),
    threads: z.number(),
    /** null: as a tune on this machine would choose. */
    memoryMb: z.number().nullable(),
    /** `every-token`: all blocks adapted, loss on every token; `tune`: rows and settings as chosen by a tune. */
    work: z.enum(['every-token', 'tune']),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

/** Parameters of bench/train.ts's shape: the linears of all blocks, and the head. */
const blocks = 24;
const linearWeights = blocks * (896 * (896 * 2 + 128 * 2) + 3 * 896 * 4864);
const headWeights = 151936 * 896;
const parameters = linearWeights + headWeights;
/** A machine without time for all of a repository's text. */
const SLOW = { blocks, parameters, datasetTokens: 1e6, tokens: 1e5 };
/** A typical pair of at most 512 tokens, whose last fifth carries loss. */
const pairTokens = 341;
const pairMiddle = 68;

const trainer = await loadAddon().openTrainer(configOf(options.work));
/** Rows of a tune: new text in every step, as on a slow machine, so the blocks without an adapter cannot reuse anything. */
const rowsOf = (step: number): TrainRow[] =>
  Array.from({ length: options.batch }, (_, row) =>
    options.work === 'tune' ? packedRow(step * options.batch + row) : everyToken(row),
  );
await trainer.step(rowsOf(0), 1e-4);
const seconds: number[] = [];
const processor: number[] = [];
for (let step = 1; step <= options.steps; step++) {
  const rows = rowsOf(step);
  const from = performance.now();
  const processorFrom = process.cpuUsage();
  await trainer.step(rows, 1e-4);
  seconds.push((performance.now() - from) / 1000);
  const { user, system } = process.cpuUsage(processorFrom);
  processor.push((user + system) / 1e6);
}
const { keptBlocks, keptAttentions, kernels } = trainer.plan;
const rows = rowsOf(0);
const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
const withLoss = rows.reduce((sum, { lossWeights }) => sum + lossWeights.filter((weight) => weight > 0).length, 0);
const { adaptedBlocks } = configOf(options.work);
const adapted = adaptedBlocks === 0 ? blocks : adaptedBlocks;
const lossShare = withLoss / tokens;
console.log(
  JSON.stringify({
    tokensPerSecond: tokens / median(seconds),
    tokensPerProcessorSecond: tokens / median(processor),
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    matrixFlopsPerToken:
      2 * (2 * lossShare * headWeights + linearWeights * (1 + (2 * adapted) / blocks - keptBlocks / blocks)),
    plan: { keptBlocks, keptAttentions, kernels },
    lossShare,
    adaptedShare: adapted / blocks,
  } satisfies OwnMeasure),
);

function configOf(work: 'every-token' | 'tune'): TrainerConfig {
  const tuned = trainerConfig(
    { folder: '', modelPath: options.model, baseType: 'q4_0', threads: options.threads, device: 'cpu' },
    { contextLength: 32_768 },
  );
  const memoryBudgetBytes = options.memoryMb === null ? tuned.memoryBudgetBytes : options.memoryMb * 2 ** 20;
  if (work === 'tune') return { ...tuned, memoryBudgetBytes, adaptedBlocks: adaptedBlocksFor(SLOW) };
  return { ...tuned, rank: 16, alpha: 32, adaptedBlocks: 0, maxTokens: options.tokens, memoryBudgetBytes };
}

function randomTokens(seed: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => (((seed * 7919 + i) * 2654435761) % 151936) >>> 0);
}

/** Loss on every token but the first, which is not predicted. */
function everyToken(row: number): TrainRow {
  const lossWeights = new Float32Array(options.tokens).fill(1);
  lossWeights[0] = 0;
  return { tokens: randomTokens(row, options.tokens), starts: Int32Array.of(0), lossWeights };
}

function packedRow(row: number): TrainRow {
  const { promptWeight, promptEvery } = planSchedule({ trainTokens: 1e6, parameters, maxSeconds: 600 });
  const pairs = Array.from({ length: Math.floor(options.tokens / pairTokens) }, (_, i) => ({
    split: 'train' as const,
    tokens: randomTokens(row * 1000 + i, pairTokens),
    lossFrom: pairTokens - pairMiddle,
  }));
  return toTrainRow(pairs, promptWeight, promptEvery);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
