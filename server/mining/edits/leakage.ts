/** Finds held-out edits whose answer is in the training text. Pure. */
import { changeBetween } from '../../edits/change.ts';
import { tokensOf } from '../tokens.ts';
import type { EditExample } from './examples.ts';

/** Lines with fewer tokens occur everywhere (`return nil, err`), and do not show where they were seen, */
const TELLING_TOKENS = 8;
/** unless they have this many letters and digits: long names say more than short ones. */
const TELLING_UNITS = 20;

/** The held-out examples without a telling new line that is in one of the training texts. */
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

/** All text of an example that training may show. */
export function textOfExample({ situation: { lines, recent }, updated }: EditExample): string {
  return [...lines, ...recent.flatMap(({ before, after }) => [...before, ...after]), ...updated].join('\n');
}

/** Telling lines of the answer that are not in the region yet. */
function newLines({ situation: { lines, region }, updated, path }: EditExample): string[] {
  const change = changeBetween(path, region.from, lines.slice(region.from, region.to), updated);
  const there = new Set(change?.before.map(squeezed));
  return (change?.after ?? []).map(squeezed).filter((line) => !there.has(line) && isTelling(line));
}

function isTelling(line: string): boolean {
  return tokensOf(line).count >= TELLING_TOKENS || line.replace(/[^\p{L}\p{N}]/gu, '').length >= TELLING_UNITS;
}

function squeezed(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}
