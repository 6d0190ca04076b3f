/** What kills in the middle of sharing show. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';

export interface Kill {
  readonly action: string;
  /** Whether the process was killed: not where it had ended by itself before. */
  readonly landed: boolean;
  /** What was wrong afterwards, '' for nothing. */
  readonly problem: string;
}

/** `actions`: what is to be killed. One that no kill met shows nothing of the others either. */
export function shareKillBars(kills: readonly Kill[], actions: readonly string[]): Bar[] {
  const met = actions.every((action) => kills.some((kill) => kill.action === action && kill.landed));
  const damaged = kills.filter(({ problem }) => problem !== '').length;
  return [{ name: 'damaged-stores', value: shownBy(Number(met && actions.length > 0), damaged), op: '<=', bar: 0 }];
}
