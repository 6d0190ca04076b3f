/**
 * Reads while nobody asks: more around the place where somebody writes, or a file just opened, so that the next answer finds it in the KV
 * cache. One reading at a time, step by step, over as soon as a key comes; what was read until then stays.
 */
import { buildCompletionPrompt, formatOf, servedBudget } from '../prompt/index.ts';
import type { CompletionTarget, Serving } from './generate.ts';
import { inputAt, promptsFor } from './prompts.ts';

/** Where a suggestion was made from less than the model can see: longer prompts, one after the other. False: cancelled before the longest. */
export async function readAround(
  target: CompletionTarget,
  serving: Serving,
  freshTokens: number,
  signal: AbortSignal,
): Promise<boolean> {
  const budget = await servedBudget(serving);
  if (signal.aborted) return false;
  const input = inputAt(target);
  const [all, ...shorter] = promptsFor(input, formatOf(serving.model), budget, freshTokens);
  // The shortest is what was answered from.
  for (const { parts } of [...shorter.slice(0, -1).reverse(), all]) {
    const { stopReason } = await serving.engine.complete(reading(parts, serving), signal);
    if (signal.aborted || stopReason === 'cancelled') return false;
  }
  return true;
}

/**
 * The beginning of a file that was just opened: wherever somebody goes on writing in it, what stands above is read already. Only where the
 * model reads in that order.
 */
export async function readBeginning(target: CompletionTarget, serving: Serving, signal: AbortSignal): Promise<void> {
  const format = formatOf(serving.model);
  if (format.order !== 'prefix-first') return;
  const budget = await servedBudget(serving);
  if (signal.aborted) return;
  const { context } = target;
  const { parts } = buildCompletionPrompt({ ...inputAt(target), context, suffix: '' }, format, budget);
  const markers = parts.findIndex((part) => 'special' in part && part.special === 'fimSuffix');
  await serving.engine.complete(reading(parts.slice(0, markers), serving), signal);
}

function reading(prompt: Parameters<Serving['engine']['complete']>[0]['prompt'], { adapter }: Serving) {
  return { prompt, heal: '', maxTokens: 0, stop: [], adapter, speculate: false };
}
