/** The prompts of one place: all that the model can see, and shorter ones for when there is no time to read that. */
import {
  buildCompletionPrompt,
  type CompletionPrompt,
  cutTo,
  type PromptBudget,
  type PromptInput,
} from '../prompt/index.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';

/** Factor from one prompt to the next longer: each is read while nobody types, and helps as soon as it is. */
const GROWTH = 3;
/**
 * Lengths of the prompts that an answer can come from at once, as shares of the tokens that there is time for: lengths are estimates that
 * mostly err upwards, and the engine, which counts, takes the longest that fits.
 */
const AT_ONCE = [1.75, 1.5, 1.32, 1.15, 1, 0.87, 0.75];
/** Share of the tokens that can be read per key given to a suffix after the typed text, which must be read again. */
const SUFFIX_SHARE = 0.4;

/** A document's text on both sides of the cursor, with whatever else `target` holds. */
export function inputAt<Target extends { readonly text: string; readonly offset: number }>(target: Target) {
  return { ...target, prefix: target.text.slice(0, target.offset), suffix: target.text.slice(target.offset) };
}

export interface PromptInTime extends CompletionPrompt {
  /** Too long to be answered from at once: read while nobody types. */
  readonly isAhead: boolean;
}

/** Longest first. `freshTokens`: tokens that there is time to evaluate; undefined: no limit. */
export function promptsFor(
  input: PromptInput,
  format: PromptFormat,
  budget: PromptBudget,
  freshTokens: number | undefined,
): [PromptInTime, ...PromptInTime[]] {
  if (freshTokens === undefined || freshTokens >= budget.promptTokens)
    return [{ ...buildCompletionPrompt(input, format, budget), isAhead: false }];
  const behindTyping = format.order === 'prefix-first';
  const all = behindTyping ? { ...budget, mostSuffixTokens: Math.floor(freshTokens * SUFFIX_SHARE) } : budget;
  const cut = (tokens: number, isAhead: boolean): PromptInTime[] =>
    tokens < budget.promptTokens
      ? [{ ...buildCompletionPrompt(input, format, cutTo(Math.floor(tokens), all)), isAhead }]
      : [];
  const ahead: PromptInTime[] = [];
  for (let tokens = GROWTH * freshTokens; tokens < budget.promptTokens; tokens *= GROWTH)
    ahead.unshift(...cut(tokens, true));
  return [
    { ...buildCompletionPrompt(input, format, all), isAhead: true },
    ...ahead,
    ...AT_ONCE.flatMap((share) => cut(share * freshTokens, false)),
  ];
}
