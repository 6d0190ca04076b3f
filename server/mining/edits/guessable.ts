/** Whether an answer follows from the prompt. Pure. */
import { changeBetween } from '../../edits/change.ts';
import type { EditExample } from './examples.ts';
import { namesIn } from './names.ts';

const LINES_AROUND = 30;
const CHANGES_SEEN = 6;

/**
 * Whether every name in it occurs nearby or in a recent change: training on others teaches a model to make names up. A half-typed line may
 * bring new ones.
 */
export function isGuessable({ situation: { lines, region, recent }, updated, kind, path }: EditExample): boolean {
  if (kind !== 'edit') return true;
  const change = changeBetween(path, region.from, lines.slice(region.from, region.to), updated);
  const around = lines.slice(Math.max(0, region.from - LINES_AROUND), region.to + LINES_AROUND);
  const changed = recent.slice(-CHANGES_SEEN).flatMap(({ before, after }) => [...before, ...after]);
  const seen = new Set(namesIn([...around, ...changed]));
  return namesIn(change?.after ?? []).every((name) => seen.has(name));
}
