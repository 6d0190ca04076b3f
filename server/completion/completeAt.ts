/** One completion: document and cursor in, a suggestion or the reason for none out. The editor and the command line call this. */
import type { AdapterRef, CompleteRequest, CompleteResult, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../prompt/index.ts';
import { shrink } from '../prompt/budget.ts';
import { blockEnd } from './blockEnd.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { applyFilters } from './filters/index.ts';
import { shapeAt } from './shape.ts';
import { isDropped, type Shape } from './suggestion.ts';

export interface CompletionTarget {
  /** The document's whole text. */
  readonly text: string;
  /** Cursor in UTF-16 units. */
  readonly offset: number;
  readonly languageId: string;
  readonly repoName: string;
  /** Cross-file context, '' for none. */
  readonly context: string;
}

/** What serves: a loaded engine and the adapter to use, null for the base alone. */
export interface Serving {
  readonly engine: CompletionEngine;
  readonly model: ModelInfo;
  readonly adapter: AdapterRef | null;
}

export interface CompletionOptions {
  readonly maxTokens: number;
  /** Asked for by a command, not by typing: less is held back. */
  readonly invoked?: boolean;
  /** Which distinct candidate, 0 the best. */
  readonly candidate?: number;
  readonly deadlineMs?: number;
}

export interface Usage {
  readonly promptTokens: number;
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
  readonly ms: number;
}

export type CompletionOutcome =
  | {
      readonly kind: 'suggestion';
      /** Text to insert at the cursor, with the document's line breaks. */
      readonly text: string;
      /** Characters behind the cursor that it takes the place of. */
      readonly replaceAfter: number;
      /** Mean natural log of the probability of the generated tokens. */
      readonly confidence: number;
      readonly shape: Shape;
      readonly usage: Usage;
    }
  | { readonly kind: 'none'; readonly reason: string; readonly usage?: Usage }
  | { readonly kind: 'cancelled' };

export async function completeAt(
  target: CompletionTarget,
  serving: Serving,
  options: CompletionOptions,
  signal?: AbortSignal,
): Promise<CompletionOutcome> {
  const cursor = cursorAt(target.text, target.offset, target.languageId);
  const invoked = options.invoked ?? false;
  const refusal = invoked ? null : refusalAt(cursor);
  if (refusal !== null) return { kind: 'none', reason: refusal };
  const generated = await generate(target, cursor, serving, options, signal);
  if (generated === null) return { kind: 'cancelled' };
  const { result, closers, shape } = generated;
  const usage: Usage = { ...result, ms: result.promptMs + result.generateMs };
  const cutOff = result.stopReason === 'max-tokens' || result.stopReason === 'deadline';
  const filtered = applyFilters({ text: result.text, replaceAfter: 0 }, { cursor, closers, shape, cutOff, invoked });
  if (isDropped(filtered)) return { kind: 'none', reason: filtered.dropped, usage };
  const text = cursor.lineBreak === '\n' ? filtered.text : filtered.text.replaceAll('\n', '\r\n');
  return {
    kind: 'suggestion',
    text,
    replaceAfter: filtered.replaceAfter,
    confidence: meanOf(result.logProbabilities),
    shape,
    usage,
  };
}

/** Where a suggestion would only be in the way. */
function refusalAt(cursor: Cursor): string | null {
  if (/^[\p{L}\p{N}_$]/u.test(cursor.lineRest)) return 'inside a word';
  if (cursor.linePrefix.length > LONGEST_LINE || cursor.lineRest.length > LONGEST_LINE)
    return 'line too long to be code';
  return null;
}

const LONGEST_LINE = 2000;

interface Generated {
  readonly result: CompleteResult;
  readonly closers: string;
  readonly shape: Shape;
}

/** null: cancelled. A prompt with more tokens than estimated is cut again, as in training. */
async function generate(
  target: CompletionTarget,
  cursor: Cursor,
  { engine, model, adapter }: Serving,
  options: CompletionOptions,
  signal?: AbortSignal,
): Promise<Generated | null> {
  const format = formatOf(model);
  const input = { ...target, prefix: target.text.slice(0, target.offset), suffix: target.text.slice(target.offset) };
  for (let budget = budgetFor(model.contextLength); ; budget = shrink(budget, 0.8)) {
    const { parts, heal, closers } = buildCompletionPrompt(input, format, budget);
    const shape = shapeAt(cursor, closers);
    const request: CompleteRequest = {
      prompt: parts,
      heal,
      maxTokens: options.maxTokens,
      stop: shape === 'line' ? ['\n'] : [],
      adapter,
      ...(options.candidate === undefined ? {} : { candidate: options.candidate }),
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    };
    try {
      const result = await untilBlockEnds(engine, request, shape, cursor, signal);
      return result === null ? null : { result, closers, shape };
    } catch (error) {
      if (!doesNotFit(error) || budget.promptTokens < 64) throw error;
    }
  }
}

/** Stops the engine as soon as what it wrote leaves the block; what is kept is the same either way. */
async function untilBlockEnds(
  engine: CompletionEngine,
  request: CompleteRequest,
  shape: Shape,
  cursor: Cursor,
  signal?: AbortSignal,
): Promise<CompleteResult | null> {
  if (shape === 'line') {
    const result = await engine.complete(request, signal);
    return result.stopReason === 'cancelled' ? null : result;
  }
  const enough = new AbortController();
  const either = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
  const result = await engine.complete(request, either, (text) => {
    if (blockEnd(text, cursor.linePrefix) >= 0) enough.abort();
  });
  if (signal?.aborted) return null;
  if (result.stopReason === 'cancelled' && !enough.signal.aborted) return null;
  return result.stopReason === 'cancelled' ? { ...result, stopReason: 'stop-text' } : result;
}

function doesNotFit(error: unknown): boolean {
  return error instanceof Error && error.message.includes('does not fit');
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NEGATIVE_INFINITY : values.reduce((sum, value) => sum + value, 0) / values.length;
}
