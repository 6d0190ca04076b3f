/** Held-out edits whose answer stands in what is learned. Pure. */
import { changeBetween } from '../../edits/change.ts';
import { tokensOf } from '../tokens.ts';
import type { EditExample } from './examples.ts';

/** A line with fewer tokens is written everywhere (`return nil, err`), and tells nothing of where it was seen. */
export const TELLING_TOKENS = 8;

/** The held-out examples no new line of which, if it tells anything, stands in one of the texts that are learned. */
export function withoutLeakedEdits(heldOut: readonly EditExample[], learned: Iterable<string>): EditExample[] {
  const wanted = new Set(heldOut.flatMap(newLines));
  const met = new Set<string>();
  if (wanted.size > 0)
    for (const text of learned)
      for (const line of text.split('\n')) {
        const known = squeezed(line);
        if (wanted.has(known)) met.add(known);
      }
  return heldOut.filter((example) => !newLines(example).some((line) => met.has(line)));
}

/** Everything that training may show of an example. */
export function textOfExample({ situation: { lines, recent }, updated }: EditExample): string {
  return [...lines, ...recent.flatMap(({ before, after }) => [...before, ...after]), ...updated].join('\n');
}

/** Telling lines of the answer that do not stand in the region. */
function newLines({ situation: { lines, region }, updated, path }: EditExample): string[] {
  const change = changeBetween(path, region.from, lines.slice(region.from, region.to), updated);
  const there = new Set(change?.before.map(squeezed));
  return (change?.after ?? [])
    .map(squeezed)
    .filter((line) => !there.has(line) && tokensOf(line).count >= TELLING_TOKENS);
}

function squeezed(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}
