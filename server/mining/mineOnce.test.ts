import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mineOnce, mineRepository } from './mine.ts';
import { heldOutFraction, heldOutPosition } from './split.ts';
import { moduleText, ScratchRepository } from './testing.ts';
import type { Pair } from './types.ts';

const names = 'abcdefghijklmnopqrst'.split('');
const limit = (i: number): string => `export const limit${i} = compute(${i * 31 + 1000}, 'limit of part ${i}');`;

/** Twenty files; each commit adds a line to one of them, the last six after the cut. */
function grown(): { scratch: ScratchRepository; cut: string } {
  const scratch = new ScratchRepository();
  for (const [i, name] of names.entries()) scratch.write(`m${i}.ts`, moduleText(`part${name}`));
  scratch.commit('first');
  for (let i = 0; i < 14; i++)
    scratch.write(`m${i}.ts`, `${moduleText(`part${names[i]}`)}\n${limit(i)}\n`).commit(`limit ${i}`);
  return { scratch, cut: scratch.git('rev-parse', 'HEAD~6').trim() };
}

const textOf = ({ prefix, middle, suffix }: Pair): string => prefix + middle + suffix;
const of = (pairs: readonly Pair[], split: Pair['split']): Pair[] => pairs.filter((pair) => pair.split === split);

it('trains on the tree of the cut, holds out current files and later additions, and learns neither', async () => {
  const { scratch, cut } = grown();
  using _ = scratch;
  const { dataset, byTime } = await mineOnce({ folder: scratch.root, history: true, cachePath: null }, async () => cut);
  const [train, byFile, later] = [of(dataset.pairs, 'train'), of(dataset.pairs, 'held-out'), byTime?.pairs ?? []];
  expect(new Set(train.map(({ kind, commit }) => kind === 'history' || commit === cut))).toEqual(new Set([true]));
  expect(train.some(({ kind }) => kind === 'history')).toBe(true);
  expect(new Set(byFile.map(({ commit }) => commit))).toEqual(new Set([dataset.commit]));
  const heldOutFiles = new Set(byFile.map(({ path }) => path));
  for (const { path } of train) {
    expect(heldOutFiles.has(path)).toBe(false);
    expect(heldOutPosition(dataset.firstCommit, path)).toBeGreaterThanOrEqual(heldOutFraction);
  }
  expect(later.map(({ middle }) => middle).sort()).toEqual([8, 9, 10, 11, 12, 13].map(limit).sort());
  for (const { middle } of later) expect(train.some((pair) => textOf(pair).includes(middle))).toBe(false);
});

it('mining with a cut holds out and reports the same files as mining without one', async () => {
  const { scratch, cut } = grown();
  using _ = scratch;
  const options = { folder: scratch.root, history: true, cachePath: null };
  const [{ dataset }, files] = [await mineOnce(options, async () => cut), await mineRepository(options)];
  expect(of(dataset.pairs, 'held-out')).toEqual(of(files.pairs, 'held-out'));
  expect(dataset.files).toEqual(files.files);
});

it('a file that the user leaves out now is not learned from its version at the cut', async () => {
  const { scratch, cut } = grown();
  using _ = scratch;
  const learned = async (): Promise<Set<string>> => {
    const { dataset } = await mineOnce({ folder: scratch.root, history: true, cachePath: null }, async () => cut);
    return new Set(of(dataset.pairs, 'train').map(({ path }) => path));
  };
  const before = await learned();
  const [path = ''] = before;
  scratch.write('.repotuneignore', `${path}\n`);
  before.delete(path);
  expect(before.size).toBeGreaterThan(5);
  expect(await learned()).toEqual(before);
});

it('a deleted file is learned from its version at the cut unless it is held out', async () => {
  const { scratch, cut } = grown();
  using _ = scratch;
  for (const i of names.keys()) if (i % 2 === 0) scratch.git('rm', '--quiet', `m${i}.ts`);
  scratch.commit('half of it');
  const { dataset } = await mineOnce({ folder: scratch.root, cachePath: null }, async () => cut);
  const paths = new Set(of(dataset.pairs, 'train').map(({ path }) => path));
  for (const i of names.keys()) {
    const heldOut = heldOutPosition(dataset.firstCommit, `m${i}.ts`) < heldOutFraction;
    if (i % 2 === 0) expect([i, paths.has(`m${i}.ts`)]).toEqual([i, !heldOut]);
  }
});

it('the working tree is learned from when too little follows the cut', async () => {
  const { scratch } = grown();
  using _ = scratch;
  const head = scratch.git('rev-parse', 'HEAD').trim();
  const { dataset, byTime, learnedTo } = await mineOnce(
    { folder: scratch.root, history: true, cachePath: null },
    async () => head,
  );
  expect(learnedTo).toBe(head);
  expect(byTime).toBeNull();
  expect(new Set(of(dataset.pairs, 'train').map(({ commit }) => commit)).has(head)).toBe(true);
});

it.each<readonly [string, (scratch: ScratchRepository, from: string, to: string) => void]>([
  [
    'was moved since',
    ({ root }, from, to) => {
      renameSync(join(root, from), join(root, to));
    },
  ],
  [
    'was moved since and then mostly rewritten',
    (scratch, from, to) => {
      renameSync(join(scratch.root, from), join(scratch.root, to));
      scratch.commit('move').write(to, `${moduleText('partd', 3)}\n${moduleText('quite', 9)}`);
    },
  ],
  [
    'was copied since and is dropped as the duplicate',
    (scratch, _, to) => {
      scratch.write(to, `${moduleText('partd')}\n${limit(3)}\n`);
    },
  ],
  [
    'was copied since and then diverged',
    (scratch, from, to) => {
      scratch.write(to, `${moduleText('partd')}\n${limit(3)}\n`).commit('copy');
      scratch.write(from, moduleText('elsewhere', 12));
    },
  ],
  [
    'was copied since and then deleted',
    (scratch, from, to) => {
      scratch.write(to, `${moduleText('partd')}\n${limit(3)}\n`).commit('copy');
      rmSync(join(scratch.root, from));
    },
  ],
])('nothing is learned from a file when a path that is held out now got its text: it %s', async (_, done) => {
  const { scratch, cut } = grown();
  using __ = scratch;
  const firstCommit = scratch.git('rev-list', '--max-parents=0', 'HEAD').trim();
  const isHeldOut = (path: string): boolean => heldOutPosition(firstCommit, path) < heldOutFraction;
  const to = Array.from({ length: 500 }, (_, i) => `a${i}.ts`).find(isHeldOut)!;
  expect(isHeldOut('m3.ts')).toBe(false);
  const learned = async (): Promise<Set<string>> => {
    const { dataset, byTime } = await mineOnce(
      { folder: scratch.root, history: true, cachePath: null },
      async () => cut,
    );
    expect(byTime).not.toBeNull();
    return new Set(of(dataset.pairs, 'train').map(({ path }) => path));
  };
  expect(await learned()).toContain('m3.ts');
  done(scratch, 'm3.ts', to);
  scratch.commit('since');
  expect(await learned()).not.toContain('m3.ts');
});
