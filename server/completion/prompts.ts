/** The prompts of one place: all that the model can see, and less of it for when there is no time to read that. */
import {
  buildCompletionPrompt,
  type CompletionPrompt,
  cutTo,
  type PromptBudget,
  type PromptFormat,
  type PromptInput,
} from '../prompt/index.ts';

/** From one to the next longer: each is read while nobody types, and is of use as soon as it is. */
const GROWTH = 3;
/** Share of what can be read with every key for a suffix that stands behind what is typed. */
const SUFFIX_SHARE = 0.4;

/** A document's text on both sides of the cursor, with what else is known of the place. */
export function inputAt<Target extends { readonly text: string; readonly offset: number }>(target: Target) {
  return { ...target, prefix: target.text.slice(0, target.offset), suffix: target.text.slice(target.offset) };
}

/** Longest first. `freshTokens`: what there is time to read; undefined: any. */
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
