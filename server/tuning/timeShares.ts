/** How a run's minutes are divided between training and measuring. Pure. */

/** Cost of measuring all models on this machine. */
export interface MeasuringCost {
  /** All pairs and places. */
  readonly seconds: number;
  /** The fewest that are meaningful. */
  readonly leastSeconds: number;
}

/** Share of the given time that measuring all models may take; the fewest pairs are measured regardless. */
const MEASURING_SHARE = 0.1;
/** Share of the given time for what does not decide: newer commits, completions, continuations of training files. */
const REST_SHARE = 0.05;
/** Share of the measuring time for pairs of newer commits, where they decide too. */
const LATER_SHARE = 0.4;
/** Margin for the verbatim check, and for a machine that gets busier. */
const RESERVE = 1.25;

/** Seconds reserved for measuring. */
export function measuringSeconds(budgetSeconds: number, { seconds, leastSeconds }: MeasuringCost): number {
  return Math.max(leastSeconds * RESERVE, Math.min(seconds * RESERVE, budgetSeconds * MEASURING_SHARE));
}

/** Whether even the fewest pairs exceed the share for measuring: then each gets a shorter window. */
export function costsTooMuch(budgetSeconds: number, { leastSeconds }: Pick<MeasuringCost, 'leastSeconds'>): boolean {
  return leastSeconds * RESERVE > budgetSeconds * MEASURING_SHARE;
}

/** Seconds for measuring once training is over: the rest of the budget, as far as it is useful. */
export function measuringSecondsLeft(
  keptSeconds: number,
  leftSeconds: number,
  { seconds, leastSeconds }: MeasuringCost,
): number {
  const useful = Math.max(keptSeconds, seconds * RESERVE);
  return Math.max(leastSeconds, Math.min(useful, leftSeconds));
}

/**
 * Of the seconds for measuring, those for all but the pairs by file. The pairs by file go on until they decide; the rest only refines what
 * has been decided, and would use up all the time a run has saved.
 */
export function restSeconds(budgetSeconds: number): number {
  return budgetSeconds * REST_SHARE;
}

/**
 * Of the seconds for measuring, those for pairs of newer commits where a version keeps another up: its gate asks whether it is better on
 * them, and in their share of the rest a slow machine scores only one or two.
 */
export function laterSeconds(measuring: number): number {
  return measuring * LATER_SHARE;
}
