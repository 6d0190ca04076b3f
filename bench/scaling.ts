// npm run bench -- scaling [--json] [--steps N]
// How a training step's speed and memory grow with the sequence, the rank, the model and the threads. Each row is a process of its own.
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { runNativeProgram } from './nativeProgram.ts';
import { type ModelSize, shapeModel } from './train/shapeModel.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, steps: { type: 'string', default: '2' } },
});
const answer = z.object({
  tokensPerSecond: z.number(),
  peakMb: z.number(),
  predictedMb: z.number(),
  microBatchTokens: z.number(),
  keptBlocks: z.number(),
  keptAttentions: z.number(),
  kernels: z.string(),
});
interface Case {
  readonly model: ModelSize;
  readonly rank: number;
  /** The length of one sequence; a step has 4096 tokens, or one sequence's worth of a larger model. */
  readonly tokens: number;
  readonly threads: number;
}
const usual: Case = { model: '0.5B', rank: 16, tokens: 1024, threads: 2 };
const stepTokens = 4096;
const tables = {
  'tokens per sequence': [256, 512, 1024, 2048, 4096].map((tokens) => ({ ...usual, tokens })),
  rank: [4, 8, 16, 32, 64].map((rank) => ({ ...usual, rank })),
  model: (['0.5B', '1.5B', '3B'] as const).map((model) => ({ ...usual, model })),
  threads: [1, 2].map((threads) => ({ ...usual, threads })),
};

const found = Object.entries(tables).map(([title, cases]) => ({ title, rows: cases.map(measure) }));
for (const { title, rows } of values.json ? [] : found) {
  console.log(`by ${title}`);
  console.table(rows);
}
if (values.json) console.log(JSON.stringify({ tables: found, bars: [] }));

function measure({ model, rank, tokens, threads }: Case) {
  const rows = model === '0.5B' ? stepTokens / tokens : 1;
  const sizes = { rows, tokens, rank, threads, steps: Number(values.steps) };
  const options = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { tokensPerSecond, peakMb, predictedMb, ...plan } = runNativeProgram(
    'bench_step',
    [shapeModel(model), ...options],
    answer,
  );
  return {
    model,
    rank,
    tokens,
    threads,
    'tokens/s': Math.round(tokensPerSecond),
    'peak MB': Math.round(peakMb),
    'predicted MB': Math.round(predictedMb),
    ...plan,
  };
}
