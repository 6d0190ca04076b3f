/**
 * A separate process: mines a repository as a tune does and writes every line it would keep, by place, as JSON.
 * usage: node [--import ./withoutFilter.ts] mineTexts.ts <folder> <cut commit> <file to write>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mineRepository } from '../../server/mining/index.ts';
import { buildIndex } from '../../server/mining/indexing.ts';
import type { MineOptions } from '../../server/mining/types.ts';

/** Distinct lines by place. */
export interface MinedTexts {
  readonly taken: readonly string[];
  readonly places: Readonly<Record<'dataset' | 'index' | 'cache', readonly string[]>>;
}

const [folder, cut, out] = process.argv.slice(2);
if (folder === undefined || cut === undefined || out === undefined)
  throw new Error('usage: mineTexts <folder> <cut> <out>');

// Every pair of the tree, and a tune's usual share of them with contexts: contexts for all would take longer than the rest, and contain
// nothing that the index lacks.
const all: MineOptions = { folder, history: true, maxTrainPairs: 1e6, maxHeldOutPairs: 1e6 };
const asTuned: MineOptions = { folder, history: true, contextChars: 2000, split: { by: 'time', cut } };
const dataset = new Set<string>();
let taken: string[] = [];
for (const options of [all, asTuned]) {
  const { pairs, files, ...head } = await mineRepository(options);
  for (const { context, prefix, middle, suffix } of pairs) {
    // The whole text: a cursor inside a secret does not hide it from the model.
    add(dataset, prefix + middle + suffix);
    add(dataset, context);
  }
  add(dataset, JSON.stringify({ ...head, files }));
  if (options === all) taken = files.filter(({ verdict }) => verdict === 'taken').map(({ path }) => path);
}
const index = new Set<string>();
for (const text of (await buildIndex(folder)).texts()) add(index, text);
const cache = new Set<string>();
add(cache, readFileSync(join(folder, '.git', 'repotune', 'mining.cache')).toString('latin1'));
writeFileSync(
  out,
  JSON.stringify({
    taken,
    places: { dataset: [...dataset], index: [...index], cache: [...cache] },
  } satisfies MinedTexts),
);

function add(lines: Set<string>, text: string): void {
  for (const line of text.split('\n')) lines.add(line);
}
