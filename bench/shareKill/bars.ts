/** The verdict on kills in the middle of sharing. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';

export interface Kill {
  readonly action: string;
  /** Whether the kill hit: false if the process had already ended by itself. */
  readonly landed: boolean;
  /** What was wrong afterwards; '' if nothing. */
  readonly problem: string;
}

/** `actions`: what is to be killed. If no kill hit one of them, the others prove nothing either. */
export function shareKillBars(kills: readonly Kill[], actions: readonly string[]): Bar[] {
  const met = actions.every((action) => kills.some((kill) => kill.action === action && kill.landed));
  const damaged = kills.filter(({ problem }) => problem !== '').length;
  return [{ name: 'damaged-stores', value: shownBy(Number(met && actions.length > 0), damaged), op: '<=', bar: 0 }];
}
