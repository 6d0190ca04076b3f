/** The cost of an adapter: the same keystrokes with the base and with a rank-16 adapter, in turns. */
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { loadAddon } from '../../server/engine/native.ts';
import { CompletionProcess } from '../../server/engine/process.ts';
import { scratchFolder, trainerConfig } from '../../server/engine/testing.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import type { AdapterRef, Score, TrainRow } from '../../server/engine/types.ts';
import { budgetFor } from '../../server/prompt/index.ts';
import { type Keystroke, keystrokes, realFiles } from './keystrokes.ts';
import { ask, askPlain } from './ours.ts';
import { median } from './statistics.ts';

const TOKENS = 16;
const RANK = 16;
const STEPS = 16;
const ROW_TOKENS = 256;
const CONTEXT_TOKENS = 1024;
/** Tokens to score, after the passages used for typing and training. */
const SCORED_TOKENS = 900;

export interface AdapterCost {
  /** Median request time with the adapter as served, over that with the base. */
  readonly served: number;
  /** The same with the adapter unmerged. */
  readonly beside: number;
  /** Loss on a file the adapter has not seen: of the base, of the unmerged adapter, and as served. */
  readonly losses: { readonly base: number; readonly beside: number; readonly served: number };
  /** Relative difference in loss, served against unmerged, in percent. */
  readonly lossDifferencePercent: number;
  /** As served, it is merged into the base's weights. */
  readonly merged: boolean;
}

export interface CostedModel {
  readonly path: string;
  readonly learningRate: number;
  /** Models without fill-in-the-middle tokens continue the text before the cursor. */
  readonly fillsIn: boolean;
}

export async function adapterCost(keys: number, model: CostedModel): Promise<AdapterCost> {
  const folder = scratchFolder();
  try {
    const [unseen, ...seen] = realFiles(6);
    const path = `${folder}/rank16.gguf`;
    await train(model, seen.join('\n'), path);
    const adapter: AdapterRef = { id: 'rank16', path, scale: 1 };
    const served = await measure(model, unseen!, keys, adapter, true);
    const beside = await measure(model, unseen!, keys, adapter, false);
    const losses = { base: beside.baseLoss, beside: beside.loss, served: served.loss };
    return {
      served: served.ratio,
      beside: beside.ratio,
      losses,
      lossDifferencePercent: 100 * Math.abs(losses.served / losses.beside - 1),
      merged: losses.served !== losses.beside,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An adapter as after a tune's first minute: with no text memorized. */
async function train({ path, learningRate }: CostedModel, text: string, to: string): Promise<void> {
  const config = { ...trainerConfig(), modelPath: path, rank: RANK, alpha: 2 * RANK, threads: availableParallelism() };
  const trainer = await openTrainer(loadAddon(), config);
  try {
    const [tokens = []] = trainer.tokenize([text]);
    for (let step = 0; step < STEPS; step++) {
      const at = (2 * step * ROW_TOKENS) % (tokens.length - 2 * ROW_TOKENS);
      await trainer.step(
        [at, at + ROW_TOKENS].map((from) => rowOf(tokens.slice(from, from + ROW_TOKENS))),
        learningRate,
      );
    }
    await trainer.exportAdapter(to);
  } finally {
    trainer.dispose();
  }
}

function rowOf(tokens: readonly number[]): TrainRow {
  return {
    tokens: Int32Array.from(tokens),
    starts: Int32Array.of(0),
    lossWeights: Float32Array.from(tokens, (_, i) => Number(i > 0)),
  };
}

async function measure(
  { path, fillsIn }: CostedModel,
  text: string,
  keys: number,
  adapter: AdapterRef,
  mergeAdapters: boolean,
): Promise<{ ratio: number; loss: number; baseLoss: number }> {
  const engine = new CompletionProcess();
  try {
    await engine.load({ modelPath: path, contextTokens: CONTEXT_TOKENS, device: 'cpu', mergeAdapters });
    const budget = budgetFor(CONTEXT_TOKENS);
    const once = (state: Keystroke, chosen: AdapterRef | null) =>
      (fillsIn ? ask : askPlain)(engine, state, { budget, tokens: TOKENS, adapter: chosen });
    const totals = { base: [] as number[], adapter: [] as number[] };
    for (const state of keystrokes(text, keys, 3)) {
      totals.base.push((await once(state, null)).totalMs);
      totals.adapter.push((await once(state, adapter)).totalMs);
    }
    const tokens = (await engine.tokenize([text.slice(-4 * SCORED_TOKENS)]))[0]!.slice(-SCORED_TOKENS);
    const lossOf = async (chosen: AdapterRef | null): Promise<number> => {
      const [score] = (await engine.score([{ tokens, lossFrom: 1, lossTo: tokens.length }], chosen)) as [Score];
      return score.nll / score.tokens;
    };
    return {
      ratio: median(totals.adapter.slice(1)) / median(totals.base.slice(1)),
      loss: await lossOf(adapter),
      baseLoss: await lossOf(null),
    };
  } finally {
    await engine.dispose();
  }
}
