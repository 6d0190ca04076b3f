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
/** Share of the tokens that can be read per key given to a suffix after the typed text, which must be read again. */
const SUFFIX_SHARE = 0.4;

/** A document's text on both sides of the cursor, with whatever else `target` holds. */
export function inputAt<Target extends { readonly text: string; readonly offset: number }>(target: Target) {
  return { ...target, prefix: target.text.slice(0, target.offset), suffix: target.text.slice(target.offset) };
}

/** Longest first. `freshTokens`: tokens that there is time to evaluate; undefined: no limit. */
export function promptsFor(
  input: PromptInput,
  format: PromptFormat,
  budget: PromptBudget,
  freshTokens: number | undefined,
): [CompletionPrompt, ...CompletionPrompt[]] {
  if (freshTokens === undefined || freshTokens >= budget.promptTokens)
    return [buildCompletionPrompt(input, format, budget)];
  const behindTyping = format.order === 'prefix-first';
  const all = behindTyping ? { ...budget, mostSuffixTokens: Math.floor(freshTokens * SUFFIX_SHARE) } : budget;
  const shorter: CompletionPrompt[] = [];
  for (let tokens = freshTokens; tokens < budget.promptTokens; tokens *= GROWTH)
    shorter.unshift(buildCompletionPrompt(input, format, cutTo(Math.floor(tokens), all)));
  return [buildCompletionPrompt(input, format, all), ...shorter];
}
