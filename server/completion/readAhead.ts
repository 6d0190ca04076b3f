/**
 * Reads ahead while the engine is idle: more context around the cursor, or a file just opened, so that the next answer finds it in the KV
 * cache. One reading at a time, in steps; a key stops it, and what was read until then stays.
 */
import { buildCompletionPrompt, formatFor, servedBudget } from '../prompt/index.ts';
import type { CompletionTarget, Serving } from './generate.ts';
import { inputAt, promptsFor } from './prompts.ts';

/** After a suggestion from a shortened prompt: reads the longer ones, one after the other. False: cancelled before the longest. */
export async function readAround(
  target: CompletionTarget,
  serving: Serving,
  freshTokens: number,
  signal: AbortSignal,
): Promise<boolean> {
  const budget = await servedBudget(serving);
  if (signal.aborted) return false;
  const input = inputAt(target);
  const [all, ...shorter] = promptsFor(input, formatFor(serving.model, serving.adapter), budget, freshTokens);
  // The shortest is the one that was answered from.
  for (const { parts } of [...shorter.slice(0, -1).reverse(), all]) {
    const { stopReason } = await serving.engine.complete(reading(parts, serving), signal);
    if (signal.aborted || stopReason === 'cancelled') return false;
  }
  return true;
}

/**
 * Reads the beginning of a file just opened: wherever somebody writes in it, the text above is in the cache. Only for prefix-first models.
 */
export async function readBeginning(target: CompletionTarget, serving: Serving, signal: AbortSignal): Promise<void> {
  const format = formatFor(serving.model, serving.adapter);
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
