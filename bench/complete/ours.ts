/** One of our requests, with the prompt the language server builds. */
import type { CompletionProcess } from '../../server/engine/process.ts';
import type { AdapterRef } from '../../server/engine/types.ts';
import { buildCompletionPrompt, formatOf, type PromptBudget } from '../../server/prompt/index.ts';
import type { Keystroke } from './keystrokes.ts';

export interface OurAnswer {
  readonly firstTokenMs: number;
  readonly totalMs: number;
  readonly evaluatedTokens: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

/** Asks for exactly `tokens` tokens: no stop texts, no time limit, no speculation. */
export async function ask(
  engine: CompletionProcess,
  { document, cursor }: Keystroke,
  { budget, tokens, adapter = null }: { budget: PromptBudget; tokens: number; adapter?: AdapterRef | null },
): Promise<OurAnswer> {
  const { model } = engine;
  if (model === null) throw new Error('No model is loaded.');
  const input = { repoName: '', context: '', prefix: document.slice(0, cursor), suffix: document.slice(cursor) };
  const started = performance.now();
  const { parts, heal } = buildCompletionPrompt(input, formatOf(model), budget);
  let firstTokenMs = Number.NaN;
  const result = await engine.complete(
    { prompt: parts, heal, maxTokens: tokens, stop: [], adapter, speculate: false },
    undefined,
    () => {
      if (Number.isNaN(firstTokenMs)) firstTokenMs = performance.now() - started;
    },
  );
  const totalMs = performance.now() - started;
  const { evaluatedTokens, promptTokens, generatedTokens } = result;
  return {
    firstTokenMs: Number.isNaN(firstTokenMs) ? totalMs : firstTokenMs,
    totalMs,
    evaluatedTokens,
    promptTokens,
    generatedTokens,
  };
}
