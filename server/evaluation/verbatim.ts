/**
 * Whether a model reproduces training text verbatim: it continues training files freely, and the longest span of its output that occurs in
 * them is counted in tokens. The base does so too where code is boilerplate, so it is the yardstick.
 */
import { outliving } from '../engine/outliving.ts';
import type { AdapterRef, LoadedEngine } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { budgetFor, buildCompletionPrompt, formatFor } from '../prompt/index.ts';
import { preTokenStarts } from '../prompt/preTokens.ts';

/** Spans longer than this, in tokens, are counted. */
export const VERBATIM_TOKENS = 60;
/** Enough for a span of that length that begins a little later. */
const TOKENS = 96;
/** The rest of the file must be long enough to be continued by that many tokens. */
const LEAST_REST = 4 * TOKENS;
/** Half a small model's context, which leaves room for the output. */
const PROMPT_TOKENS = 512;
/** Training text searched; more takes seconds and hardly finds more. */
const MOST_CORPUS = 8 * 2 ** 20;

export interface VerbatimFigures {
  /** Continuations with a span over the limit. */
  readonly over: number;
  /** Tokens of the longest span. */
  readonly longest: number;
}

export class VerbatimProbe {
  readonly #serving: LoadedEngine;
  readonly #repoName: string;
  readonly #corpus: string;
  #places: readonly Pair[];
  #timed = false;

  /** `pairs`: what was trained on, in the order drawn. At most one place per file. */
  constructor(serving: LoadedEngine, repoName: string, pairs: readonly Pair[], places: number) {
    const files = new Map<string, Pair>();
    for (const pair of pairs) if (!files.has(pair.path)) files.set(pair.path, pair);
    let corpus = '';
    for (const { prefix, middle, suffix } of files.values()) {
      if (corpus.length < MOST_CORPUS) corpus += `${prefix}${middle}${suffix}\0`;
    }
    this.#serving = serving;
    this.#repoName = repoName;
    this.#corpus = corpus;
    this.#places = [...files.values()]
      .filter(({ middle, suffix }) => middle.length + suffix.length >= LEAST_REST)
      .slice(0, places);
  }

  get places(): number {
    return this.#places.length;
  }

  async examine(
    adapter: AdapterRef | null,
    /** Time for the first model examined, which determines how many places fit; the others get the same. */
    limits: { readonly seconds: number; nowMs(): number },
    signal?: AbortSignal,
  ): Promise<VerbatimFigures> {
    const startedMs = limits.nowMs();
    const lengths: number[] = [];
    for (const pair of this.#places) {
      signal?.throwIfAborted();
      const outOfTime = limits.nowMs() - startedMs > limits.seconds * 1000;
      if (!this.#timed && lengths.length > 0 && outOfTime) break;
      lengths.push(await outliving(this.#serving, () => this.#longest(pair, adapter, signal), signal));
    }
    if (!this.#timed) this.#places = this.#places.slice(0, lengths.length);
    this.#timed = true;
    return { over: lengths.filter((length) => length > VERBATIM_TOKENS).length, longest: Math.max(0, ...lengths) };
  }

  /** Tokens of the longest span. */
  async #longest(pair: Pair, adapter: AdapterRef | null, signal?: AbortSignal): Promise<number> {
    const span = longestSharedSpan(await this.#continued(pair, adapter, signal), this.#corpus);
    const [tokens] = span === '' ? [[]] : await this.#serving.engine.tokenize([span]);
    return tokens!.length;
  }

  /** What the model writes from the start of the pair's middle, without seeing the suffix. */
  async #continued({ prefix, context }: Pair, adapter: AdapterRef | null, signal?: AbortSignal): Promise<string> {
    const { engine, model } = this.#serving;
    const format = formatFor(model, adapter);
    const repoName = format.repoTokens ? this.#repoName : '';
    const budget = budgetFor(Math.min(PROMPT_TOKENS, model.contextLength), Math.min(TOKENS, PROMPT_TOKENS / 4));
    const { parts, heal } = buildCompletionPrompt({ repoName, context, prefix, suffix: '' }, format, budget);
    const { text } = await engine.complete({ prompt: parts, heal, maxTokens: TOKENS, stop: [], adapter }, signal);
    return text;
  }
}

/** The longest span of `text`, starting at a word or mark, that occurs in `corpus`. */
export function longestSharedSpan(text: string, corpus: string): string {
  let best = '';
  for (const start of preTokenStarts(text)) {
    // Searches only for spans longer than the best so far, so most starts cost one search.
    let length = best.length;
    for (let step = 1; step >= 1; ) {
      const end = Math.min(text.length, start + length + step);
      const grows = end > start + length && corpus.includes(text.slice(start, end));
      if (grows) length = end - start;
      step = grows ? step * 2 : Math.floor(step / 2);
    }
    if (length > best.length) best = text.slice(start, start + length);
  }
  return best;
}
