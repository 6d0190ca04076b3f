/** How many tokens of the model's context each part of a prompt may use. */
export interface PromptBudget {
  /** Estimated tokens of the whole prompt. */
  readonly promptTokens: number;
  /** Tokens reserved after it: for generation in completion, for the middle and end-of-text in training. */
  readonly middleTokens: number;
  /** Largest share of the prompt for cross-file context. */
  readonly contextShare: number;
  /** Share for the suffix when the prefix needs all of its own. */
  readonly suffixShare: number;
  /** Most tokens of a suffix placed after the typed text, since it is then read again at every key. Absent: no limit. */
  readonly mostSuffixTokens?: number;
  /** Share of the prefix for lines of the same file outside the window (`excerpts.ts`). Absent: none. */
  readonly excerptShare?: number;
  /** The model's tokens per token of {@link estimateTokens} (`density.ts`). Absent: 1, as training lays out its windows. */
  readonly tokensPerEstimate?: number;
}

const EXCERPT_SHARE = 0.4;

/** For when time allows reading only `tokens` of what the model could see. */
export function cutTo(tokens: number, budget: PromptBudget): PromptBudget {
  if (tokens >= budget.promptTokens) return budget;
  return { ...budget, promptTokens: tokens, excerptShare: EXCERPT_SHARE };
}

/** Characters per token in source code, on the low side (3.36 bytes measured on the bundled tokenizer). */
export const CHARS_PER_TOKEN = 3;

/** The same for a model whose tokens are longer or shorter than estimated. */
export function charsPerToken({ tokensPerEstimate = 1 }: Pick<PromptBudget, 'tokensPerEstimate'>): number {
  return CHARS_PER_TOKEN / tokensPerEstimate;
}

/** Longer prompts cost seconds on a laptop's CPU and gain little for completions of a few lines. */
const MOST_PROMPT_TOKENS = 2048;

/** The budget for a model trained with a context of `contextTokens`. */
export function budgetFor(contextTokens: number, middleTokens = 128): PromptBudget {
  return {
    promptTokens: Math.min(MOST_PROMPT_TOKENS, Math.max(64, contextTokens - middleTokens)),
    middleTokens,
    contextShare: 0.2,
    suffixShare: 0.3,
  };
}

/** UTF-16 units of cross-file context that fit into a prompt. */
export function contextCharsFor(budget: PromptBudget): number {
  return Math.floor(budget.promptTokens * budget.contextShare * charsPerToken(budget));
}

/** Context size in tokens needed to serve and score a model trained with a context of `contextLength`. */
export function contextTokensFor(contextLength: number): number {
  const room = 256;
  return Math.min(contextLength || MOST_PROMPT_TOKENS, MOST_PROMPT_TOKENS + room);
}

/** The same shares in a smaller prompt, for text that takes more tokens than estimated. */
export function shrink(budget: PromptBudget, factor: number): PromptBudget {
  return { ...budget, promptTokens: Math.floor(budget.promptTokens * factor) };
}

const WORDS = /[A-Za-z]+/g;
const DIGITS = /\p{N}/gu;
const SPACES = /[ \t]+|[\r\n]+/g;
const OTHERS = /[^\p{N}A-Za-z \t\r\n]/gu;

/** Tokens in `text`, estimated without a tokenizer, erring upwards. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const word of text.matchAll(WORDS)) tokens += Math.ceil(word[0].length / 5);
  for (const digit of text.matchAll(DIGITS)) tokens += digit[0] <= '9' ? 1 : 2;
  for (const other of text.matchAll(OTHERS)) tokens += other[0] <= '\x7f' ? 0.7 : 2.5;
  for (const space of text.matchAll(SPACES)) tokens += space[0] === ' ' ? 0 : Math.ceil(space[0].length / 16);
  return Math.ceil(tokens);
}
