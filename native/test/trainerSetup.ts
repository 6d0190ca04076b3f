/** A trainer on the bundled model, and rows of real code, for the tests of the trainer through the addon. */
import { readFileSync } from 'node:fs';
import { loadAddon } from '../../server/engine/native.ts';
import { trainerConfig } from '../../server/engine/testing.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import type { Trainer, TrainerConfig, TrainRow } from '../../server/engine/types.ts';

export const addon = loadAddon();

export const config: TrainerConfig = {
  ...trainerConfig(),
  baseType: 'q4_0',
  rank: 8,
  alpha: 16,
  weightDecay: 0.01,
  maxTokens: 256,
  memoryBudgetBytes: 0,
};

export const open = (changes: Partial<TrainerConfig> = {}): Promise<Trainer> =>
  openTrainer(addon, { ...config, ...changes });

/** Real code: a file beside this one, in rows of `size` tokens. */
export function realRows(trainer: Pick<Trainer, 'tokenize'>, size: number, count: number): TrainRow[] {
  const source = readFileSync(new URL('./tiny_model.h', import.meta.url), 'utf8');
  const tokens = Int32Array.from(trainer.tokenize([source])[0]!);
  return Array.from({ length: count }, (_, i) => row(tokens.slice(i * size, (i + 1) * size)));
}

export function row(tokens: Int32Array): TrainRow {
  return { tokens, starts: Int32Array.of(0), lossWeights: Float32Array.from(tokens, (_, i) => Number(i > 0)) };
}
