import type { ModelInfo } from '../engine/types.ts';
import type { PromptFormat } from './build.ts';

/**
 * How to talk to a model: the order its maker wrote into the GGUF (the bundled base and what was trained for it), the
 * published prefix-first order otherwise.
 */
export function formatOf(model: Pick<ModelInfo, 'promptOrder' | 'special'>): PromptFormat {
  const { special, promptOrder } = model;
  // A maker who names an order trained without repository tokens; others that have both trained with them.
  const repoTokens = promptOrder === null && special.repoName !== undefined && special.fileSep !== undefined;
  return { order: promptOrder ?? 'prefix-first', repoTokens };
}
