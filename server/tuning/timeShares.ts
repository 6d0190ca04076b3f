/** How a run's minutes are divided between training and measuring. Pure. */

/** What measuring takes on this machine. */
export interface MeasuringCost {
  /** All pairs and places under one model. */
  readonly secondsPerModel: number;
  /** The fewest that mean anything, under one model. */
  readonly leastSecondsPerModel: number;
}

/** Share of the time given that measuring all models together may take; the fewest pairs are measured even so. */
const MEASURING_SHARE = 0.1;
/** Share of the time given that what does not decide may take: newer commits, completions, training files continued. */
const REST_SHARE = 0.05;
/** Share of what measuring may take for pairs of newer commits, where they decide too. */
const LATER_SHARE = 0.4;
/** For training text given back, and for a machine that gets busier. */
const RESERVE = 1.25;

/** Seconds kept back for measuring. */
export function measuringSeconds(budgetSeconds: number, models: number, cost: MeasuringCost): number {
  const wished = models * cost.secondsPerModel * RESERVE;
  const least = models * cost.leastSecondsPerModel * RESERVE;
  return Math.max(least, Math.min(wished, budgetSeconds * MEASURING_SHARE));
}

/** Whether the fewest pairs alone take more than measuring may: then each is to be laid out shorter. */
export function costsTooMuch(budgetSeconds: number, models: number, cost: MeasuringCost): boolean {
  return models * cost.leastSecondsPerModel * RESERVE > budgetSeconds * MEASURING_SHARE;
}

/** Seconds for measuring once training is over: what it left of the budget, where that is useful. */
export function measuringSecondsLeft(
  keptSeconds: number,
  leftSeconds: number,
  models: number,
  { secondsPerModel, leastSecondsPerModel }: MeasuringCost,
): number {
  const useful = Math.max(keptSeconds, models * secondsPerModel * RESERVE);
  return Math.max(models * leastSecondsPerModel, Math.min(useful, leftSeconds));
}

/**
 * Of the seconds for measuring, those for all but the pairs by file. Those go on until they decide; the rest says more and more about
 * what is decided, and would use up whatever a run is early by.
 */
export function restSeconds(budgetSeconds: number): number {
  return budgetSeconds * REST_SHARE;
}

/**
 * Of the seconds for measuring, those for pairs of newer commits where a version keeps another up: its gate asks whether it is better on
 * them, and of their share of the rest a slow machine scores one or two.
 */
export function laterSeconds(measuring: number): number {
  return measuring * LATER_SHARE;
}
