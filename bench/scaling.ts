// npm run bench -- scaling: `--help` says what it measures.
import { cpus } from 'node:os';
import * as z from 'zod';
import { type Bar, report } from '../server/common/bars.ts';
import { commandLine, namesOf, wholeNumber } from './commandLine.ts';
import { runNativeProgram } from './nativeProgram.ts';
import { type ModelSize, removeShapeModel, shapeModel } from './train/shapeModel.ts';

const USAGE = `usage: npm run bench -- scaling [--only TABLE[,TABLE]] [--steps N] [--json]

How a training step's speed and memory grow with the sequence, the rank, the model and the threads, and what a base takes whose blocks are
read from disk. Each row is a process of its own, on a Qwen2.5 shape of random weights in Q4_0, which is made on first use; that of 7B, 4.5 GB
on disk, is removed again.

options:
  --only TABLE[,TABLE]   sequence, rank, model, threads, streamed (all)
  --steps N              timed steps of each row, after one that warms up (2; those of the table streamed have one)
  --json                 end with one line of JSON`;

const answer = z.object({
  tokensPerSecond: z.number(),
  tokensPerProcessorSecond: z.number(),
  peakMb: z.number(),
  predictedMb: z.number(),
  microBatchTokens: z.number(),
  keptBlocks: z.number(),
  keptAttentions: z.number(),
  streamedMb: z.number(),
  kernels: z.string(),
});
interface Case {
  readonly model: ModelSize;
  readonly rank: number;
  /** The length of one sequence; a step has 4096 tokens, or one sequence's worth of a larger model. */
  readonly tokens: number;
  readonly threads: number;
  /** The planner's memory budget; 0: none. */
  readonly budgetMb?: number;
  readonly steps?: number;
}
const usual: Case = { model: '0.5B', rank: 16, tokens: 1024, threads: 2 };
const stepTokens = 4096;
/** What a laptop with 8 GB can spare; for the 3B, so little that its blocks do not fit either. */
const SPARE_MB = 4096;
const LITTLE_MB = 1536;
const few = { tokens: 256, steps: 1 } as const;
const tables: Readonly<Record<string, readonly Case[]>> = {
  sequence: [256, 512, 1024, 2048, 4096].map((tokens) => ({ ...usual, tokens })),
  rank: [4, 8, 16, 32, 64].map((rank) => ({ ...usual, rank })),
  model: (['0.5B', '1.5B', '3B'] as const).map((model) => ({ ...usual, model })),
  threads: [1, 2].map((threads) => ({ ...usual, threads })),
  streamed: [
    { ...usual, ...few, model: '3B', budgetMb: SPARE_MB },
    { ...usual, ...few, model: '3B', budgetMb: LITTLE_MB },
    { ...usual, ...few, model: '7B', budgetMb: SPARE_MB },
  ],
};
/** Limit for the whole process. */
const MOST_STREAMED_MB = 8000;

const { values } = commandLine(USAGE, {
  only: { type: 'string', default: Object.keys(tables).join(',') },
  steps: { type: 'string', default: '2' },
});
const wanted = namesOf('--only', values.only, Object.keys(tables));
const usualSteps = wholeNumber('--steps', values.steps);
bench();

function bench(): void {
  const found = wanted.map((title) => ({ title, rows: tables[title]!.map(measure) }));
  const streamed = found.flatMap(({ rows }) => rows).filter((row) => row['from disk MB'] > 0);
  const bars: Bar[] = streamed.map((row) => ({
    name: `${row.model.toLowerCase()}-streamed-peak-mb`,
    value: row['peak MB'],
    op: '<=',
    bar: MOST_STREAMED_MB,
  }));
  // A row that fits in memory entirely says nothing.
  if (wanted.includes('streamed')) bars.push({ name: 'streamed-rows', value: streamed.length, op: '>=', bar: 2 });
  for (const { title, rows } of values.json ? [] : found) {
    console.log(`by ${title}`);
    console.table(rows);
  }
  report(bars, values.json, { processor: cpus()[0]?.model ?? 'unknown', tables: found });
}

function measure({ model, rank, tokens, threads, budgetMb = 0, steps = usualSteps }: Case) {
  const rows = model === '0.5B' ? stepTokens / tokens : 1;
  const sizes = { rows, tokens, rank, threads, steps, budget: budgetMb };
  const options = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  try {
    const { tokensPerSecond, tokensPerProcessorSecond, peakMb, predictedMb, streamedMb, ...plan } = runNativeProgram(
      'bench_step',
      [shapeModel(model), ...options],
      answer,
    );
    return {
      model,
      rank,
      tokens,
      threads,
      'budget MB': budgetMb === 0 ? '-' : Math.round((budgetMb * 2 ** 20) / 1e6),
      'tokens/s': twoDigits(tokensPerSecond),
      'tokens per processor second': twoDigits(tokensPerProcessorSecond),
      'peak MB': Math.round(peakMb),
      'predicted MB': Math.round(predictedMb),
      'from disk MB': Math.round(streamedMb),
      ...plan,
    };
  } finally {
    if (model === '7B') removeShapeModel(model);
  }
}

function twoDigits(speed: number): number {
  return speed < 10 ? Math.round(speed * 10) / 10 : Math.round(speed);
}
