/**
 * Tunes a real model on real code, and scores it with the serving engine before and after. Gemma has no fill-in-the-middle tokens, so this
 * is plain next-token training on whole files; every fifth file is held out.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../server/engine/native.ts';
import type { TrainRow } from '../server/engine/types.ts';
import { librariesPath } from '../server/storage/paths.ts';

const WINDOW_TOKENS = 256;
const HELD_OUT_WINDOWS = 8;
const ROWS_PER_STEP = 2;
const WARMUP_STEPS = 3;

export interface RealModelTune {
  readonly heldOutLossBase: number;
  readonly heldOutLossTuned: number;
  readonly heldOutTokens: number;
  readonly trainTokens: number;
  readonly steps: number;
  readonly minutes: number;
}

/** Trains for `minutes`, or for one pass over the files. */
export async function tuneRealModel(
  model: string,
  folder: string,
  scratch: string,
  { minutes, threads }: { readonly minutes: number; readonly threads: number },
): Promise<RealModelTune> {
  const addon = loadAddon();
  const trainer = await addon.openTrainer({
    modelPath: model,
    baseType: 'as-is',
    rank: 8,
    alpha: 16,
    adaptedBlocks: 0,
    weightDecay: 0,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    clipNorm: 1,
    seed: 1,
    threads,
    device: 'cpu',
    maxTokens: WINDOW_TOKENS,
    memoryBudgetBytes: 0,
  });
  const windowsOf = (files: readonly string[]): Int32Array[] =>
    trainer
      .tokenize(files.map((file) => readFileSync(join(folder, file), 'utf8')))
      .flatMap((tokens) => windows(tokens, trainer.model.special.bos));
  const files = globSync('**/*.{ts,js,py,go,rs}', { cwd: folder, exclude: (name) => name.endsWith('.spec.ts') }).sort();
  const order = (name: string): string => createHash('sha256').update(name).digest('hex');
  const shuffled = [...files].sort((a, b) => order(a).localeCompare(order(b)));
  const heldOutFiles = shuffled.filter((_, i) => i % 5 === 0);
  const train = windowsOf(shuffled.filter((_, i) => i % 5 !== 0));
  const heldOut = everyNth(windowsOf(heldOutFiles), HELD_OUT_WINDOWS);
  if (train.length < ROWS_PER_STEP || heldOut.length === 0)
    throw new Error(`${folder} has too little code for this check.`);

  const started = performance.now();
  let steps = 0;
  while ((performance.now() - started) / 60_000 < minutes && (steps + 1) * ROWS_PER_STEP <= train.length) {
    const rows = train.slice(steps * ROWS_PER_STEP, (steps + 1) * ROWS_PER_STEP).map(rowOf);
    steps++;
    await trainer.step(rows, 5e-4 * Math.min(1, steps / WARMUP_STEPS));
  }
  const adapter = join(scratch, 'adapter.gguf');
  await trainer.exportAdapter(adapter);
  trainer.dispose();
  const took = (performance.now() - started) / 60_000;

  const session = await addon.loadSession({
    librariesPath: librariesPath(),
    gpuBackends: [],
    mergeFolder: scratch,
    modelPath: model,
    device: 'cpu',
    contextTokens: WINDOW_TOKENS,
    threads,
  });
  const samples = heldOut.map((tokens) => ({ tokens, lossFrom: 1, lossTo: tokens.length }));
  const loss = async (path: string | null): Promise<number> => {
    const scores = await session.score(samples, path === null ? null : { id: 'tuned', path, scale: 1 }).result;
    return scores.reduce((sum, { nll }) => sum + nll, 0) / scores.reduce((sum, { tokens }) => sum + tokens, 0);
  };
  const result = {
    heldOutLossBase: await loss(null),
    heldOutLossTuned: await loss(adapter),
    heldOutTokens: samples.reduce((sum, { tokens }) => sum + tokens.length - 1, 0),
    trainTokens: steps * ROWS_PER_STEP * WINDOW_TOKENS,
    steps,
    minutes: took,
  };
  session.dispose();
  return result;
}

function windows(tokens: readonly number[], bos: number | undefined): Int32Array[] {
  const head = bos === undefined ? [] : [bos];
  const size = WINDOW_TOKENS - head.length;
  const count = Math.floor(tokens.length / size);
  return Array.from({ length: count }, (_, i) => Int32Array.from([...head, ...tokens.slice(i * size, (i + 1) * size)]));
}

function everyNth<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(items.length / count));
  return items.filter((_, i) => i % step === 0).slice(0, count);
}

function rowOf(tokens: Int32Array): TrainRow {
  return { tokens, starts: Int32Array.of(0), lossWeights: Float32Array.from(tokens, (_, i) => Number(i > 0)) };
}
