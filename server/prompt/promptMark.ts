/** In files that leave the store, adapters and merged models: the layout of prompts that the weights have learned. Other programs pass over it. */
import { parseJson } from '../common/parseJson.ts';
import { type PromptFormat, promptFormatSchema } from '../protocol/promptFormat.ts';

/** In the metadata of a GGUF or safetensors file. */
export const PROMPT_MARK = 'repotune.prompt_format';

export function promptMark({ order, repoTokens }: PromptFormat): string {
  return JSON.stringify({ order, repoTokens });
}

/** null without a mark, as in what other programs wrote, or with one that another release may have written. */
export function markedPrompt(mark: unknown): PromptFormat | null {
  if (typeof mark !== 'string') return null;
  return promptFormatSchema.safeParse(parseJson(mark)).data ?? null;
}
