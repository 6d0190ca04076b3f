/**
 * Reads ahead while the engine is idle: more context around the cursor, a place where it rests, or a file just opened, so that the next
 * answer finds it in the KV cache. One reading at a time, in steps; a key stops it, and what was read until then stays.
 */
import type { CompletionEngine } from '../engine/types.ts';
import {
  buildCompletionPrompt,
  type CompletionPrompt,
  formatFor,
  type PromptBudget,
  servedBudget,
} from '../prompt/index.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import type { CompletionTarget, Serving } from './generate.ts';
import { inputAt, type PromptInTime, promptsFor } from './prompts.ts';

/** UTF-16 units: more than any window shows. */
const LONGEST_BEGINNING = 20_000;

export interface Leave {
  readonly signal: AbortSignal;
  /** Asked before each step: whether there still is time and power for it. */
  isWelcome(): boolean;
}

/** Of each engine, the adapter asked last. The first request with one loads it, may merge it, and on a GPU compiles its kernels. */
export class ReadyAdapters {
  readonly #last = new WeakMap<CompletionEngine, string>();

  has({ engine, adapter }: Serving): boolean {
    return this.#last.get(engine) === (adapter?.id ?? '');
  }

  asked({ engine, adapter }: Serving): void {
    this.#last.set(engine, adapter?.id ?? '');
  }
}

/** After a suggestion from a shortened prompt: reads the longer ones, one after the other. False: it ended before the longest. */
export async function readAround(
  target: CompletionTarget,
  serving: Serving,
  freshTokens: number,
  leave: Leave,
): Promise<boolean> {
  const prompts = await promptsAt(target, serving, freshTokens);
  return await readUpTo(prompts.filter(isAhead), serving, leave);
}

/**
 * Where nothing has been asked yet: first what a key would be answered from, then the longer ones. What is in the cache already is not read
 * again, nor anything shorter, which would take its room. Where all can be read in time once it is asked, only the adapter is made ready.
 */
export async function readAt(
  target: CompletionTarget,
  serving: Serving,
  freshTokens: number,
  ready: ReadyAdapters,
  leave: Leave,
): Promise<boolean> {
  const [all, ...shorter] = await promptsAt(target, serving, freshTokens);
  if (shorter.length === 0) return await makeReady(serving, ready, leave);
  if (leave.signal.aborted || !leave.isWelcome()) return false;
  const inTime = { shorter: shorter.map(({ parts }) => parts), freshTokens };
  const { prompt, stopReason } = await serving.engine.complete(
    { ...reading(all.parts, serving), ...inTime },
    leave.signal,
  );
  if (leave.signal.aborted || stopReason === 'cancelled') return false;
  return await readUpTo([all, ...shorter].slice(0, prompt).filter(isAhead), serving, leave);
}

/**
 * Reads the beginning of a file just opened: wherever somebody writes in it, the text above is in the cache. Where the model reads the suffix
 * first, or all of it in time once it is asked, only the adapter is made ready.
 */
export async function readBeginning(
  target: CompletionTarget,
  serving: Serving,
  freshTokens: number,
  ready: ReadyAdapters,
  leave: Leave,
): Promise<boolean> {
  const format = formatFor(serving.model, serving.adapter);
  if (format.order !== 'prefix-first' || freshTokens >= serving.model.contextLength)
    return await makeReady(serving, ready, leave);
  const budget = await servedBudget(serving);
  const parts = beginningOf(target, format, budget);
  const markers = parts.findIndex((part) => 'special' in part && part.special === 'fimSuffix');
  return await readUpTo([{ parts: parts.slice(0, markers) }], serving, leave);
}

/** So that the first key need not wait for it. The base alone is ready once it is loaded. */
async function makeReady(serving: Serving, ready: ReadyAdapters, { signal, isWelcome }: Leave): Promise<boolean> {
  if (serving.adapter === null || ready.has(serving)) return true;
  if (signal.aborted || !isWelcome()) return false;
  const { stopReason } = await serving.engine.complete(reading([{ text: '\n' }], serving), signal);
  // It may have been cancelled before the engine came to it.
  if (stopReason === 'cancelled') return false;
  ready.asked(serving);
  return true;
}

/** As much of it as a window shows: of more, that would show the end. */
function beginningOf(target: CompletionTarget, format: PromptFormat, budget: PromptBudget): CompletionPrompt['parts'] {
  for (let length = Math.min(target.text.length, LONGEST_BEGINNING); ; length = Math.floor(0.9 * length)) {
    const input = { ...inputAt({ ...target, offset: length }), suffix: '' };
    const { parts, reach } = buildCompletionPrompt(input, format, budget);
    if (reach.before === length) return parts;
  }
}

const isAhead = (prompt: PromptInTime): boolean => prompt.isAhead;

/** Longest first. */
async function promptsAt(
  target: CompletionTarget,
  serving: Serving,
  freshTokens: number,
): Promise<[PromptInTime, ...PromptInTime[]]> {
  const budget = await servedBudget(serving);
  return promptsFor(inputAt(target), formatFor(serving.model, serving.adapter), budget, freshTokens);
}

/** One after the other from the last, the shortest. False: it ended before the first. */
async function readUpTo(
  prompts: readonly Pick<CompletionPrompt, 'parts'>[],
  serving: Serving,
  { signal, isWelcome }: Leave,
): Promise<boolean> {
  for (const { parts } of prompts.toReversed()) {
    if (signal.aborted || !isWelcome()) return false;
    const { stopReason } = await serving.engine.complete(reading(parts, serving), signal);
    if (signal.aborted || stopReason === 'cancelled') return false;
  }
  return true;
}

function reading(prompt: Parameters<Serving['engine']['complete']>[0]['prompt'], { adapter }: Serving) {
  return { prompt, heal: '', maxTokens: 0, stop: [], adapter, speculate: false };
}
