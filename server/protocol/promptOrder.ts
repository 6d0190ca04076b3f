/** Orders of a fill-in-the-middle prompt: those that base models were pretrained with, and that an adapter's manifest names. */
export const promptOrders = ['suffix-first', 'suffix-first-line', 'prefix-first'] as const;
export type PromptOrder = (typeof promptOrders)[number];
