/** How much of a file held-out pairs and places are measured with: `long` as much as served, `short` as much as trained on. */
export type Windows = 'long' | 'short';

/** Tokens of a window, its middle included. */
export const WINDOW_TOKENS: Readonly<Record<Windows, number>> = { long: 1024, short: 512 };
