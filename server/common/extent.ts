/** Describes how much of a held-out set was measured. Pure: the panel uses it too. */
import type { HeldOutSet } from '../protocol/report.ts';
import { counted } from './format.ts';

export function extentOf(set: Pick<HeldOutSet, 'pairs' | 'available' | 'stopped' | 'base'>): string {
  const places = set.base.completions?.places ?? 0;
  // Where time was short, shares of all completions are those of very few, which nothing else tells.
  return places === 0 ? pairsOf(set) : `${pairsOf(set)}, and on completions at ${counted(places, 'place')}`;
}

function pairsOf({ pairs, available, stopped }: Pick<HeldOutSet, 'pairs' | 'available' | 'stopped'>): string {
  if (stopped === 'all' || available === null) return counted(pairs, 'pair');
  return stopped === 'decided'
    ? `${pairs} of ${available} pairs, which were enough to tell`
    : `${pairs} of ${available} pairs, as many as there was time for`;
}
