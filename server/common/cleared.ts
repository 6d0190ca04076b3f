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

/** A sentence for the user. */
export function clearedText({ days, offered }: Cleared): string {
  if (days === 0) return 'There were no statistics to clear.';
  return `The statistics were cleared: ${countsText({ days, offered })}, and what was learned from them.`;
}

/** e.g. `the counts of 1,204 suggestions on 17 days` */
export function countsText({ days, offered }: Cleared): string {
  return `the counts of ${counted(offered, 'suggestion')} on ${counted(days, 'day')}`;
}
