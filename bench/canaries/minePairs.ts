/**
 * A separate process: mines a repository as tunes with several seeds do, and writes the training pairs nearest to each canary as JSON.
 * usage: node [--import ../secrets/withoutFilter.ts] minePairs.ts <task file> <file to write>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mineRepository } from '../../server/mining/index.ts';
import type { Dataset, Pair } from '../../server/mining/types.ts';
import { nearest } from './nearest.ts';
import type { Canary } from './plant.ts';

export interface MineTask {
  readonly folder: string;
  readonly canaries: readonly Canary[];
  /** Pairs per canary. */
  readonly each: number;
  /** One draw leaves most secrets between its middles. */
  readonly seeds: number;
}
export type MinedPairs = Pick<Dataset, 'repository' | 'pairs'>;

const [taskFile, out] = process.argv.slice(2);
if (taskFile === undefined || out === undefined) throw new Error('usage: minePairs <task> <out>');
const { folder, canaries, each, seeds } = JSON.parse(readFileSync(taskFile, 'utf8')) as MineTask;
let repositoryName = '';
let near: readonly Pair[] = [];
for (let seed = 1; seed <= seeds; seed++) {
  // No cache: what a run with the filter kept, one without it must not use.
  const { repository, pairs } = await mineRepository({ folder, cachePath: null, seed });
  const learned = [...near, ...pairs.filter(({ split }) => split === 'train')];
  near = canaries.flatMap((canary) => nearest(learned, canary, each));
  repositoryName = repository;
}
writeFileSync(out, JSON.stringify({ repository: repositoryName, pairs: near } satisfies MinedPairs));
