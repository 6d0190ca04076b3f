import * as z from 'zod';

/** Orders of a fill-in-the-middle prompt: those that base models were pretrained with, and that an adapter's manifest names. */
export const promptOrders = ['suffix-first', 'suffix-first-line', 'prefix-first'] as const;
export type PromptOrder = (typeof promptOrders)[number];

/** How prompts are laid out (`server/prompt/build.ts`). Weights know the layout that they were trained with. */
export const promptFormatSchema = z.strictObject({
  order: z.enum(promptOrders),
  /** With `<repo_name>` and `<file_sep>`; otherwise the context comes first as plain text. */
  repoTokens: z.boolean(),
});
export type PromptFormat = Readonly<z.infer<typeof promptFormatSchema>>;

export function isSameFormat(a: PromptFormat, b: PromptFormat): boolean {
  return a.order === b.order && a.repoTokens === b.repoTokens;
}
