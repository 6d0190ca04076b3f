/** Describes statistics that were cleared. Pure. */
import { counted } from './format.ts';

/** What there was to clear. */
export interface Cleared {
  readonly days: number;
  readonly offered: number;
}

export function clearedOf(days: readonly { readonly offered: number }[]): Cleared {
  return { days: days.length, offered: days.reduce((sum, { offered }) => sum + offered, 0) };
}

/** What is asked before. Days are kept for what else is counted on them, too. */
export function clearingQuestion(cleared: Cleared): string {
  return cleared.offered === 0
    ? 'Clear the statistics? No suggestions have been counted.'
    : `Clear ${countsText(cleared)}?`;
}

/** A sentence for the user. */
export function clearedText({ days, offered }: Cleared): string {
  if (days > 0 && offered === 0) return 'The statistics were cleared. They counted no suggestions.';
  if (days === 0) return 'There were no statistics to clear.';
  return `The statistics were cleared: ${countsText({ days, offered })}, and what was learned from them.`;
}

/** e.g. `the counts of 1,204 suggestions on 17 days` */
export function countsText({ days, offered }: Cleared): string {
  return `the counts of ${counted(offered, 'suggestion')} on ${counted(days, 'day')}`;
}
