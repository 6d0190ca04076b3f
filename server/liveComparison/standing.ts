/**
 * Which lines of accepted suggestions still stand: the lines after acceptance and editing, each as a hash with the weight it has earned by
 * staying. No text is stored. Training text is mined from the repository as always, without held-out files and secrets, and lines known
 * here weigh more.
 */
import { createHash } from 'node:crypto';

/** Extra weight of a line, 0 to 1, by its hash. Most recently seen last. */
export type StandingLines = ReadonlyMap<string, number>;

/** Beyond this, the least recently seen are dropped. */
export const MOST_LINES = 4000;
/** Shorter ones occur everywhere: `}`, `return`. */
const LEAST_CHARACTERS = 12;

/** Worth of surviving half a minute and five minutes: most deletions happen at once. */
export const STANDING_WEIGHTS = { kept30s: 0.3, kept5min: 1 } as const;

function lineHashes(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_CHARACTERS)
    .map((line) => createHash('sha256').update(line).digest('hex').slice(0, 16));
}

/** Adds the lines of `text`, which still stand, with `weight`, 0 to 1, unless a line already has more. */
export function standing(known: StandingLines, text: string, weight: number): StandingLines {
  const lines = new Map(known);
  for (const hash of lineHashes(text)) {
    const before = lines.get(hash) ?? 0;
    lines.delete(hash);
    lines.set(hash, Math.max(before, weight));
  }
  return new Map([...lines].slice(-MOST_LINES));
}

/** Share of a text known to stand, 0 to 1: the mean over its lines. */
export function standingShare(known: StandingLines, text: string): number {
  if (known.size === 0) return 0;
  const hashes = lineHashes(text);
  return hashes.reduce((sum, hash) => sum + (known.get(hash) ?? 0), 0) / Math.max(1, hashes.length);
}
