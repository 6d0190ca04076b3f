/** Describes how much of a held-out set was measured. Pure: the panel uses it too. */
import type { HeldOutSet } from '../protocol/report.ts';
import { counted } from './format.ts';

export function extentOf({ pairs, available, stopped }: Pick<HeldOutSet, 'pairs' | 'available' | 'stopped'>): string {
  if (stopped === 'all' || available === null) return counted(pairs, 'pair');
  return stopped === 'decided'
    ? `${pairs} of ${available} pairs, which were enough to tell`
    : `${pairs} of ${available} pairs, as many as there was time for`;
}
