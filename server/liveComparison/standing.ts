/**
 * What stands of suggestions that were accepted: the lines as they are after acceptance and editing, each by a hash of it and with the weight
 * that it has earned by staying. No text is kept. What is learned is mined from the repository as everything else, held-out files and secrets
 * left out, and lines that are known here weigh more.
 */
import { createHash } from 'node:crypto';

/** What a line weighs more by, 0 to 1, under its hash. The one that was seen last is the last one. */
export type StandingLines = ReadonlyMap<string, number>;

/** The longest unseen go first. */
export const MOST_LINES = 4000;
/** Shorter ones stand everywhere: `}`, `return`. */
const LEAST_CHARACTERS = 12;

/** What half a minute and five minutes are worth: most of what is deleted again is deleted at once. */
export const STANDING_WEIGHTS = { kept30s: 0.3, kept5min: 1 } as const;

function lineHashes(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_CHARACTERS)
    .map((line) => createHash('sha256').update(line).digest('hex').slice(0, 16));
}

/** With the lines of `text`, which stands; `weight`, 0 to 1, is kept where a line has more already. */
export function standing(known: StandingLines, text: string, weight: number): StandingLines {
  const lines = new Map(known);
  for (const hash of lineHashes(text)) {
    const before = lines.get(hash) ?? 0;
    lines.delete(hash);
    lines.set(hash, Math.max(before, weight));
  }
  return new Map([...lines].slice(-MOST_LINES));
}

/** How much of a text is known to stand, 0 to 1: the mean over its lines. */
export function standingShare(known: StandingLines, text: string): number {
  if (known.size === 0) return 0;
  const hashes = lineHashes(text);
  return hashes.reduce((sum, hash) => sum + (known.get(hash) ?? 0), 0) / Math.max(1, hashes.length);
}
