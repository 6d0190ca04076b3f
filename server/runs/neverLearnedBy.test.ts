import { expect, it } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import { mineOnce } from '../mining/index.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import type { Dataset } from '../mining/types.ts';
import { type LearnedDataset, learnedDataset, SPLIT_RULE } from '../versions/describeVersion.ts';
import { neverLearned } from '../versions/neverLearned.ts';
import { neverLearnedByParent } from './neverLearnedBy.ts';

const { signal } = new AbortController();
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

const minedIn = async (folder: string): Promise<Dataset> =>
  (await mineOnce({ folder, cachePath: null }, async () => null)).dataset;

const versionOf = (id: string, dataset: LearnedDataset): StoredAdapter =>
  ({ id, manifest: { dataset: { ...dataset, split: SPLIT_RULE }, training: { method: 'qlora' } } }) as StoredAdapter;

const heldOutPaths = (pairs: readonly { readonly path: string; readonly split?: string }[]): Set<string> =>
  new Set(pairs.flatMap(({ path, split }) => (split === 'train' ? [] : [path])));

it('a version is not measured on what one that it continues has learned under another name', async () => {
  using scratch = new ScratchRepository();
  for (const [i, letter] of LETTERS.entries()) scratch.write(`src/m${i}.ts`, moduleText(`part${letter}`));
  scratch.commit('first');
  const first = await minedIn(scratch.root);
  const grandparent = versionOf('v-1', learnedDataset(first, first.commit, 1));
  const learned = first.pairs.find(({ split }) => split === 'train')!.path;
  const held = Array.from({ length: 200 }, (_, i) => `src/n${i}.ts`).find(
    (path) => heldOutPosition(first.firstCommit, path) < heldOutFraction,
  )!;
  scratch.git('mv', learned, held);
  scratch.commit('rename');
  const second = await minedIn(scratch.root);
  expect(heldOutPaths(second.pairs)).toContain(held);
  const { sets, learnedOnScale } = await neverLearnedByParent({ dataset: second }, grandparent, signal);
  const { dataset } = sets;
  expect(heldOutPaths(dataset.pairs)).not.toContain(held);
  const parent = versionOf('v-2', learnedDataset(dataset, second.commit, 1, learnedOnScale));
  scratch.write('src/new.ts', moduleText('brandNew')).commit('new');
  const third = await minedIn(scratch.root);
  const { left } = await neverLearned(
    third.pairs.filter(({ split }) => split === 'held-out'),
    parent,
    scratch.root,
  );
  expect(left.length).toBeGreaterThan(0);
  expect(heldOutPaths(left)).not.toContain(held);
});
