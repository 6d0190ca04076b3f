/**
 * The trainer against PyTorch and PEFT: same tiny model, data, initial adapter and AdamW; adapters exchanged both ways. The reference is a
 * folder that reference.py made; per architecture base.gguf, initial/, trained/, reference.json, and exported/ with exported.json (an
 * adapter of ours, and peft's logits with it).
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { exportPeft, importPeft } from '../../server/adapters/peft/interchange.ts';
import type { Bar } from '../../server/common/bars.ts';
import { loadAddon, type NativeTrainer } from '../../server/engine/native.ts';
import { largestOf } from '../shownBy.ts';

const referenceSchema = z.object({
  rank: z.number(),
  alpha: z.number(),
  learningRate: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  rows: z.array(z.array(z.number())),
  losses: z.array(z.number()),
  trainedLogits: z.array(z.number()),
});
type Reference = z.infer<typeof referenceSchema>;
const exportedSchema = z.object({ logits: z.array(z.number()) });

export interface PeftComparison {
  readonly architecture: string;
  /** Maximum over the steps. */
  readonly lossDifferencePercent: number;
  /** An adapter trained by PEFT, imported: largest absolute difference of a logit. */
  readonly importedLogitDifference: number;
  /** An adapter of ours in PEFT's format, loaded by peft: the same. */
  readonly exportedLogitDifference: number;
}

export async function architecturesIn(reference: string): Promise<string[]> {
  const entries = await readdir(reference, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Trains from the initial adapter; returns the losses, and writes the adapter as a PEFT folder `exported`. */
export async function trainAsReference(
  reference: string,
  architecture: string,
  scratch: string,
  exported: string,
): Promise<number[]> {
  const folder = join(reference, architecture);
  const config = await readReference(folder);
  const trainer = await openWith(folder, config, join(folder, 'initial'), scratch);
  const rows = config.rows.map((tokens) => ({
    tokens: Int32Array.from(tokens),
    starts: Int32Array.of(0),
    lossWeights: Float32Array.from(tokens, (_, i) => Number(i > 0)),
  }));
  const losses: number[] = [];
  for (const _ of config.losses) losses.push((await trainer.step(rows, config.learningRate)).loss);
  await trainer.exportAdapter(join(scratch, 'ours.gguf'));
  await exportPeft(join(scratch, 'ours.gguf'), join(folder, 'base.gguf'), exported);
  trainer.dispose();
  return losses;
}

/** `exported`: our adapter whose peft logits are in exported.json. */
export async function compareWithPeft(
  reference: string,
  architecture: string,
  scratch: string,
): Promise<PeftComparison> {
  await mkdir(scratch, { recursive: true });
  const folder = join(reference, architecture);
  const config = await readReference(folder);
  const losses = await trainAsReference(reference, architecture, scratch, join(scratch, 'exported'));
  const recorded = exportedSchema.parse(JSON.parse(await readFile(join(folder, 'exported.json'), 'utf8')));
  return {
    architecture,
    lossDifferencePercent: Math.max(
      ...losses.map((loss, i) => (100 * Math.abs(loss - config.losses[i]!)) / config.losses[i]!),
    ),
    importedLogitDifference: await logitDifference(folder, config, 'trained', config.trainedLogits, scratch),
    exportedLogitDifference: await logitDifference(folder, config, 'exported', recorded.logits, scratch),
  };
}

export function peftBars(comparisons: readonly PeftComparison[]): Bar[] {
  const worst = (of: (c: PeftComparison) => number): number => largestOf(comparisons.map(of));
  return [
    { name: 'max-loss-difference-percent', value: worst((c) => c.lossDifferencePercent), op: '<=', bar: 0.5 },
    {
      name: 'max-logit-difference',
      value: worst((c) => Math.max(c.importedLogitDifference, c.exportedLogitDifference)),
      op: '<=',
      bar: 0.001,
    },
  ];
}

async function readReference(folder: string): Promise<Reference> {
  return referenceSchema.parse(JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')));
}

async function openWith(folder: string, config: Reference, peft: string, scratch: string): Promise<NativeTrainer> {
  const base = join(folder, 'base.gguf');
  const adapter = join(scratch, 'imported.gguf');
  await importPeft(peft, base, adapter);
  // The best kernels that round to no less than 16 bits. The cost of integers is bounded by check:gradients and check:parity.
  if (loadAddon().selectKernels('auto').startsWith('integer-')) loadAddon().selectKernels('f32');
  const trainer = await loadAddon().openTrainer({
    ...config,
    modelPath: base,
    baseType: 'as-is',
    adaptedBlocks: 0,
    seed: 0,
    threads: 1,
    device: 'cpu',
    maxTokens: 64,
    memoryBudgetBytes: 0,
  });
  await trainer.importAdapter(adapter);
  return trainer;
}

async function logitDifference(
  folder: string,
  config: Reference,
  adapter: 'trained' | 'exported',
  expected: readonly number[],
  scratch: string,
): Promise<number> {
  const trainer = await openWith(folder, config, join(folder, adapter), scratch);
  // PyTorch computes in F32 throughout; bfloat16 kernels round by more than the bar, which check:parity bounds.
  loadAddon().selectKernels('f32');
  const logits = await trainer.logits(Int32Array.from(config.rows[0]!));
  loadAddon().selectKernels('auto');
  trainer.dispose();
  if (logits.length !== expected.length) return Number.NaN;
  return logits.reduce((worst, logit, i) => Math.max(worst, Math.abs(logit - expected[i]!)), 0);
}
