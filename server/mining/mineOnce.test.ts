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

it('learns from the tree of the cut, holds out files of now and what came later, and learns nothing of either', async () => {
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

it('counts no training pair that is thrown away, and holds out by file what a data set without history holds out', async () => {
  const { scratch, cut } = grown();
  using _ = scratch;
  const options = { folder: scratch.root, history: true, cachePath: null };
  const [{ dataset }, files] = [await mineOnce(options, async () => cut), await mineRepository(options)];
  expect(of(dataset.pairs, 'held-out')).toEqual(of(files.pairs, 'held-out'));
  expect(dataset.files).toEqual(files.files);
});

it('a file that the user leaves out now is not learned from as it was then', async () => {
  const { scratch, cut } = grown();
  using _ = scratch;
  const learned = async (): Promise<Set<string>> => {
    const { dataset } = await mineOnce({ folder: scratch.root, history: true, cachePath: null }, async () => cut);
    return new Set(of(dataset.pairs, 'train').map(({ path }) => path));
  };
  const [path] = await learned();
  scratch.write('.repotuneignore', `${path}\n`);
  expect((await learned()).has(path!)).toBe(false);
});

it('a file that is gone is learned from as it was, by the same rule for what is held out', async () => {
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

it('with too little after the cut the working tree is learned from', async () => {
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
    'was moved since, and then written anew but for a little',
    (scratch, from, to) => {
      renameSync(join(scratch.root, from), join(scratch.root, to));
      scratch.commit('move').write(to, `${moduleText('partd', 3)}\n${moduleText('quite', 9)}`);
    },
  ],
  [
    'was copied since, and is thrown away as the double',
    (scratch, _, to) => {
      scratch.write(to, `${moduleText('partd')}\n${limit(3)}\n`);
    },
  ],
  [
    'was copied since, and went another way then',
    (scratch, from, to) => {
      scratch.write(to, `${moduleText('partd')}\n${limit(3)}\n`).commit('copy');
      scratch.write(from, moduleText('elsewhere', 12));
    },
  ],
  [
    'was copied since, and is gone',
    (scratch, from, to) => {
      scratch.write(to, `${moduleText('partd')}\n${limit(3)}\n`).commit('copy');
      rmSync(join(scratch.root, from));
    },
  ],
])('of a file that is held out now, nothing is learned under the name of one that %s', async (_, done) => {
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
