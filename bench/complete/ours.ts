/** One of our requests, with the prompt that the language server builds. */
import type { CompletionProcess } from '../../server/engine/process.ts';
import type { AdapterRef } from '../../server/engine/types.ts';
import {
  buildCompletionPrompt,
  type CompletionPrompt,
  formatOf,
  type PromptBudget,
} from '../../server/prompt/index.ts';
import type { Keystroke } from './keystrokes.ts';

export interface OurAnswer {
  readonly firstTokenMs: number;
  readonly totalMs: number;
  readonly evaluatedTokens: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

export interface AskOptions {
  readonly budget: PromptBudget;
  readonly tokens: number;
  readonly adapter?: AdapterRef | null;
}

/** Requests exactly `tokens` tokens: no stop texts, no time limit, no speculation. */
export async function ask(
  engine: CompletionProcess,
  { document, cursor }: Keystroke,
  { budget, tokens, adapter = null }: AskOptions,
): Promise<OurAnswer> {
  const { model } = engine;
  if (model === null) throw new Error('No model is loaded.');
  const input = { repoName: '', context: '', prefix: document.slice(0, cursor), suffix: document.slice(cursor) };
  return await timed(engine, tokens, adapter, () => buildCompletionPrompt(input, formatOf(model), budget));
}

/** The same for a model without fill-in-the-middle: it continues the text before the cursor, in a window that typing only appends to. */
export async function askPlain(
  engine: CompletionProcess,
  { document, cursor }: Keystroke,
  { budget, tokens, adapter = null }: AskOptions,
): Promise<OurAnswer> {
  const input = { repoName: '', context: '', prefix: document.slice(0, cursor), suffix: '' };
  return await timed(engine, tokens, adapter, () => {
    const { parts, heal } = buildCompletionPrompt(input, { order: 'prefix-first', repoTokens: false }, budget);
    return { parts: parts.filter((part) => 'text' in part), heal };
  });
}

async function timed(
  engine: CompletionProcess,
  tokens: number,
  adapter: AdapterRef | null,
  build: () => Pick<CompletionPrompt, 'parts' | 'heal'>,
): Promise<OurAnswer> {
  const started = performance.now();
  const { parts, heal } = build();
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
