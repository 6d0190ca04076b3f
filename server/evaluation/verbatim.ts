/**
 * Whether a model gives training text back word for word: it continues training files freely, and the longest span of what
 * it writes that stands in them is counted in tokens. The base does so too, where code is boilerplate: it is the measure.
 */
import type { AdapterRef, LoadedEngine } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../prompt/index.ts';
import { preTokenStarts } from '../prompt/preTokens.ts';

/** Spans longer than this, in tokens, are counted. */
export const VERBATIM_TOKENS = 60;
/** Enough to see a span of that length that begins a little later. */
const TOKENS = 96;
/** Long enough to go on for so many tokens in the file itself. */
const LEAST_REST = 4 * TOKENS;
/** A prompt of half a small model's context leaves room for what is written. */
const PROMPT_TOKENS = 512;
/** Training text looked through; more takes seconds and finds hardly more. */
const MOST_CORPUS = 8 * 2 ** 20;

export interface VerbatimFigures {
  /** Continuations that hold a span over the limit. */
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

  /** `pairs`: what was trained on, in the order drawn. At most one place a file. */
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
    /** Time for the first model examined: it sets how many places fit, the same for the others. */
    limits: { readonly seconds: number; nowMs(): number },
    signal?: AbortSignal,
  ): Promise<VerbatimFigures> {
    const startedMs = limits.nowMs();
    const lengths: number[] = [];
    for (const pair of this.#places) {
      signal?.throwIfAborted();
      const outOfTime = limits.nowMs() - startedMs > limits.seconds * 1000;
      if (!this.#timed && lengths.length > 0 && outOfTime) break;
      const span = longestSharedSpan(await this.#continued(pair, adapter, signal), this.#corpus);
      const [tokens] = span === '' ? [[]] : await this.#serving.engine.tokenize([span]);
      lengths.push(tokens!.length);
    }
    if (!this.#timed) this.#places = this.#places.slice(0, lengths.length);
    this.#timed = true;
    return { over: lengths.filter((length) => length > VERBATIM_TOKENS).length, longest: Math.max(0, ...lengths) };
  }

  /** What the model writes behind the start of the pair's middle with nothing said of what follows. */
  async #continued({ prefix, context }: Pair, adapter: AdapterRef | null, signal?: AbortSignal): Promise<string> {
    const { engine, model } = this.#serving;
    const format = formatOf(model);
    const repoName = format.repoTokens ? this.#repoName : '';
    const budget = budgetFor(Math.min(PROMPT_TOKENS, model.contextLength), Math.min(TOKENS, PROMPT_TOKENS / 4));
    const { parts, heal } = buildCompletionPrompt({ repoName, context, prefix, suffix: '' }, format, budget);
    const { text } = await engine.complete({ prompt: parts, heal, maxTokens: TOKENS, stop: [], adapter }, signal);
    return text;
  }
}

/** The longest span of `text`, beginning where a word or mark does, that stands in `corpus`. */
export function longestSharedSpan(text: string, corpus: string): string {
  let best = '';
  for (const start of preTokenStarts(text)) {
    // Only what would be longer than the best so far is looked for, so most starts cost one search.
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
