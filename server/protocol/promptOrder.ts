/** Orders of a fill-in-the-middle prompt: what base models were pretrained with, and what an adapter's manifest names. */
export const promptOrders = ['suffix-first', 'suffix-first-line', 'prefix-first'] as const;
export type PromptOrder = (typeof promptOrders)[number];
