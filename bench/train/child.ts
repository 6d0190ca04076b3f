/** One trainer in its own process, for its peak memory: a first step to warm up, then timed ones; prints JSON. */
import * as z from 'zod';
import { loadAddon } from '../../server/engine/native.ts';
import type { TrainRow } from '../../server/engine/types.ts';
import type { OwnMeasure } from './measures.ts';

const options = z
  .object({
    model: z.string(),
    batch: z.number(),
    tokens: z.number(),
    steps: z.number(),
    threads: z.number(),
    memoryMb: z.number(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

/** Weights of the shape that bench/train.ts makes: the linears of all blocks, and the head. */
const blocks = 24;
const linearWeights = blocks * (896 * (896 * 2 + 128 * 2) + 3 * 896 * 4864);
const headWeights = 151936 * 896;

const trainer = await loadAddon().openTrainer({
  modelPath: options.model,
  baseType: 'as-is',
  rank: 16,
  alpha: 32,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
  seed: 1,
  threads: options.threads,
  device: 'cpu',
  maxTokens: options.tokens,
  memoryBudgetBytes: options.memoryMb * 2 ** 20,
});
const rows = Array.from({ length: options.batch }, (_, row) => randomRow(row));
await trainer.step(rows, 1e-4);
const seconds: number[] = [];
for (let step = 0; step < options.steps; step++) {
  const from = performance.now();
  await trainer.step(rows, 1e-4);
  seconds.push((performance.now() - from) / 1000);
}
const median = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
const { keptBlocks, keptAttentions, kernels } = trainer.plan;
console.log(
  JSON.stringify({
    tokensPerSecond: (options.batch * options.tokens) / median,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    matrixFlopsPerToken: 2 * (2 * (linearWeights + headWeights) + linearWeights * (1 - keptBlocks / blocks)),
    plan: { keptBlocks, keptAttentions, kernels },
  } satisfies OwnMeasure),
);

/** Loss on every token but the first, which nothing predicts. */
function randomRow(row: number): TrainRow {
  const tokens = Int32Array.from(
    { length: options.tokens },
    (_, i) => (((row * 7919 + i) * 2654435761) % 151936) >>> 0,
  );
  const lossWeights = new Float32Array(options.tokens).fill(1);
  lossWeights[0] = 0;
  return { tokens, starts: Int32Array.of(0), lossWeights };
}
