/** What an adapter costs: the same keys with the base and with a rank-16 adapter trained on it, turn by turn. */
import { rmSync } from 'node:fs';
import { bundledEngine, scratchFolder, trainedAdapter } from '../../server/engine/testing.ts';
import type { AdapterRef, Score } from '../../server/engine/types.ts';
import { budgetFor } from '../../server/prompt/index.ts';
import { keystrokes, realFiles } from './keystrokes.ts';
import { ask } from './ours.ts';
import { median } from './statistics.ts';

const TOKENS = 16;

export interface AdapterCost {
  /** Median request with the adapter as it is served over one with the base. */
  readonly served: number;
  /** The same with the adapter beside the base. */
  readonly beside: number;
  /** Relative difference of the loss on text the adapter has not seen, merged over beside. */
  readonly lossDifference: number;
}

export async function adapterCost(keys: number): Promise<AdapterCost> {
  const folder = scratchFolder();
  try {
    const [seen, unseen] = realFiles(2);
    const path = await trainedAdapter(folder, 'rank16', seen!.slice(0, 1500), 16);
    const adapter: AdapterRef = { id: 'rank16', path, scale: 1 };
    const merged = await measure(unseen!, keys, adapter, true);
    const beside = await measure(unseen!, keys, adapter, false);
    return { served: merged.ratio, beside: beside.ratio, lossDifference: Math.abs(merged.loss / beside.loss - 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  text: string,
  keys: number,
  adapter: AdapterRef,
  mergeAdapters: boolean,
): Promise<{ ratio: number; loss: number }> {
  const engine = await bundledEngine({}, { mergeAdapters });
  try {
    const budget = budgetFor(1024);
    const totals = { base: [] as number[], adapter: [] as number[] };
    for (const state of keystrokes(text, keys, 3)) {
      totals.base.push((await ask(engine, state, { budget, tokens: TOKENS })).totalMs);
      totals.adapter.push((await ask(engine, state, { budget, tokens: TOKENS, adapter })).totalMs);
    }
    const tokens = (await engine.tokenize([text.slice(0, 3000)]))[0]!.slice(0, 900);
    const [score] = (await engine.score([{ tokens, lossFrom: 1, lossTo: tokens.length }], adapter)) as [Score];
    return { ratio: median(totals.adapter) / median(totals.base), loss: score.nll / score.tokens };
  } finally {
    await engine.dispose();
  }
}
