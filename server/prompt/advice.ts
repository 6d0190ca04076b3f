/** For whoever takes an adapter to another program. */
import type { PromptFormat } from '../protocol/promptFormat.ts';

/**
 * The sentence, and how that program has to lay out its prompts, where it would not by itself: weights that were tuned suffix-first are asked
 * in vain in the order that the base's maker published.
 */
export function withPromptAdvice(said: string, prompt: Pick<PromptFormat, 'order'> | undefined): string {
  if (prompt?.order !== 'suffix-first') return said;
  return `${said} It has learned prompts with the text after the cursor first: <fim_prefix><fim_suffix>AFTER<fim_middle>BEFORE, with the base's own names of these tokens. A program that asks in another order gets worse suggestions from it.`;
}
