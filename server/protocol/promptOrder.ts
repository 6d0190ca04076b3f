/** How a prompt's parts follow each other: see `server/prompt/build.ts`. */
export const promptOrders = ['suffix-first', 'suffix-first-line', 'prefix-first'] as const;
export type PromptOrder = (typeof promptOrders)[number];
