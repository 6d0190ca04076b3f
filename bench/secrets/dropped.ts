/** What the filter costs a repository: lines with a suspected secret, and the pairs near them. */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { findRepository } from '../../server/git/repository.ts';
import { languageOf } from '../../server/languages/languageOf.ts';
import { MiningCache } from '../../server/mining/cache.ts';
import { drawPairs, readTree } from '../../server/mining/core.ts';
import { aroundSecrets } from '../../server/mining/fileMiner.ts';
import { listCandidates } from '../../server/mining/sources.ts';

export interface Dropped {
  readonly repository: string;
  /** Source lines of the files that mining takes, and of those it skips because their names suggest secrets. */
  readonly lines: number;
  readonly droppedLines: number;
  readonly droppedLinesPercent: number;
  /** Pairs mined, and the pairs lost, estimated from the text within the margin of the dropped lines. */
  readonly pairs: number;
  readonly lostPairs: number;
  /** path:line of the first line of each dropped run. */
  readonly places: readonly string[];
}

/**
 * `without`: beginnings of paths that are not counted, because they hold secrets on purpose.
 *
 * Uses the ranges that mining finds in each file. A data set's `statistics.secretLines` will not do: it counts runs of lines of any length,
 * and omits files skipped by name.
 */
export async function droppedIn(folder: string, without: readonly string[] = []): Promise<Dropped> {
  const counts = ({ path }: { readonly path: string }): boolean => !without.some((start) => path.startsWith(start));
  const root = resolve(folder);
  const repository = await findRepository(root);
  const listing = await listCandidates(root, repository);
  const mine = { folder: root, maxTrainPairs: 1e6, maxHeldOutPairs: 1e6 };
  const tree = await readTree({
    mine,
    listing,
    commit: '',
    cache: MiningCache.open(null),
    onProgress: () => {},
    signal: undefined,
  });
  const { read } = tree;
  const taken = tree.taken.filter(counts);
  const files = tree.files.filter(counts);
  const { pairs } = await drawPairs({ train: { tree, files: taken }, heldOut: { tree, files: [] } }, mine, undefined);
  const places: string[] = [];
  let lines = 0;
  let droppedLines = 0;
  let lostUnits = 0;
  for (const { path, secrets, lines: own } of taken) {
    lines += own;
    const text = read(path) ?? '';
    const ranges = Array.from({ length: secrets.length / 2 }, (_, i) => ({
      start: secrets[2 * i] as number,
      end: secrets[2 * i + 1] as number,
    }));
    for (const { start, end } of ranges) {
      droppedLines += linesIn(text.slice(start, end));
      places.push(`${path}:${linesIn(text.slice(0, start))}`);
    }
    // Adjacent places lose the text between them only once.
    let past = 0;
    for (const { start, end } of aroundSecrets(ranges)) {
      lostUnits += Math.max(0, Math.min(text.length, end) - Math.max(past, start));
      past = Math.max(past, end);
    }
  }
  for (const { path, reason } of files) {
    if (reason !== 'secret file' || languageOf(path) === null) continue;
    const text = readFileSync(join(listing.root, path), 'utf8');
    lines += linesIn(text);
    droppedLines += linesIn(text);
    lostUnits += text.length;
    places.push(`${path} (whole)`);
  }
  const units = taken.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    repository: basename(root),
    lines,
    droppedLines,
    droppedLinesPercent: (100 * droppedLines) / lines,
    pairs: pairs.length,
    lostPairs: Math.round((lostUnits * pairs.length) / units),
    places,
  };
}

function linesIn(text: string): number {
  return text.split('\n').length;
}
