/** Searches for marks in whatever was written. */
import { lstatSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import { filesBelow } from './outside.ts';

/** Larger files contain only what a room put there. */
const MOST_BYTES = 64 * 2 ** 20;

/** For each mark, the first file below `root` that contains it. Links are not followed. */
export function marksIn(root: string, marks: readonly string[], skip?: (path: string) => boolean): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of filesBelow(root, skip)) {
    const about = lstatSync(path);
    if (!about.isFile() || about.size > MOST_BYTES || about.size === 0) continue;
    const bytes = readFileSync(path);
    for (const mark of marks) if (!found.has(mark) && bytes.includes(mark)) found.set(mark, path);
  }
  return found;
}

const pair = z.object({
  path: z.string(),
  kind: z.string(),
  split: z.string(),
  commit: z.string(),
  context: z.string(),
  prefix: z.string(),
  middle: z.string(),
  suffix: z.string(),
});

/** Marks in the pairs of a data set written by `mine --out`, each with the first pair that contains it. */
export function marksInDataset(path: string, marks: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    if (line === '') continue;
    const { path: from, kind, split, commit, ...texts } = pair.parse(JSON.parse(line));
    for (const part of ['middle', 'prefix', 'suffix', 'context'] as const)
      for (const mark of marks)
        if (!found.has(mark) && texts[part].includes(mark))
          found.set(
            mark,
            `${part} of a ${split} pair (${kind}) of ${from}${commit === '' ? '' : ` in ${commit.slice(0, 10)}`}`,
          );
  }
  return found;
}

const head = z.object({ firstCommit: z.string() });

/** The first commit of a data set. */
export function firstCommitOf(path: string): string {
  return head.parse(JSON.parse(readFileSync(path, 'utf8').split('\n', 1)[0]!)).firstCommit;
}

const learned = z.object({ texts: z.array(z.string()), problems: z.array(z.string()) });

/** The same for the output of `learned.ts`. */
export function marksInLearned(path: string, marks: readonly string[]): Map<string, string> {
  const { texts } = learned.parse(JSON.parse(readFileSync(path, 'utf8')));
  const found = new Map<string, string>();
  for (const text of texts)
    for (const mark of marks)
      if (!found.has(mark) && text.includes(mark)) found.set(mark, `${basename(text.split('\t', 1)[0]!)} text`);
  return found;
}
