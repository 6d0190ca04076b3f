import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { countChangedPaths, listable } from './pathCounts.ts';
import { bomb, commitOf, leaves, treeOf } from './testingTrees.ts';

it.each([1, 2, 3])('counts as many changed paths and folders as git lists (seed %d)', async (seed) => {
  using scratch = new ScratchRepository();
  const random = new Random('trees', seed);
  const commits: string[] = [];
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 12; i++) {
      // Files become folders and vice versa; the two sort differently.
      const top = 'ab'[random.below(2)] as string;
      const place = ['', '/x', '/x/y', '-z', '.ts', '/x-y/z', '/f1'][random.below(7)];
      const path = `${top}${place}/f${random.below(3)}`;
      if (random.next() < 0.2) rmSync(join(scratch.root, top), { recursive: true, force: true });
      try {
        scratch.write(path, String(random.below(3)));
      } catch {
        // A file may be in the place of the folder, or a folder in the file's.
        rmSync(join(scratch.root, top), { recursive: true });
        scratch.write(random.next() < 0.5 ? top : path, 'again');
      }
    }
    scratch.commit(`round ${round}`);
    commits.push(scratch.git('rev-parse', 'HEAD').trim());
  }
  const pairs = commits.map((commit) => ({ from: `${commit}^^{tree}`, to: `${commit}^{tree}` }));
  const listed = commits.map((commit) => {
    const output = scratch.git(
      'diff-tree',
      '-r',
      '-t',
      '--root',
      '--no-commit-id',
      '--no-renames',
      '--name-status',
      commit,
    );
    return output.split('\n').filter((line) => line !== '').length;
  });
  expect(await countChangedPaths(scratch.root, pairs)).toEqual(listed);
  const all = scratch.git('ls-tree', '-r', '-t', '--name-only', 'HEAD').trim().split('\n').length;
  expect(await countChangedPaths(scratch.root, [{ from: null, to: 'HEAD^{tree}' }])).toEqual([all]);
});

it('counts a billion paths of trees that repeat each other', async () => {
  using scratch = new ScratchRepository();
  const { one, other, empty } = leaves(scratch.root);
  const [of1, of2, ofNothing] = [bomb(scratch.root, one), bomb(scratch.root, other), bomb(scratch.root, empty)];
  const none = empty;
  const counts = await countChangedPaths(scratch.root, [
    { from: null, to: of1 },
    { from: none, to: of1 },
    { from: of1, to: of2 },
    { from: of1, to: of1 },
    { from: none, to: ofNothing },
    { from: null, to: '1'.repeat(40) },
  ]);
  // A tenth of a billion folders on the second-to-last level, each with a file.
  expect(counts[0]).toBeGreaterThan(1e9);
  expect(counts.slice(1, 3)).toEqual([counts[0], counts[0]]);
  expect(counts[3]).toBe(0);
  expect(counts[4]).toBeGreaterThan(1e9);
  expect(counts[5]).toBe(0);
});

it('counts a tree of 310 nested folders as infinite', { timeout: 120_000 }, async () => {
  using scratch = new ScratchRepository();
  let { one: id } = leaves(scratch.root);
  for (let level = 0; level < 310; level++) id = treeOf(scratch.root, `040000 tree ${id}\td`);
  expect(await countChangedPaths(scratch.root, [{ from: null, to: id }])).toEqual([Number.POSITIVE_INFINITY]);
});

it('reads a folder once for several counts, but a missing one again', async () => {
  using scratch = new ScratchRepository();
  const { one: inner } = leaves(scratch.root);
  const outer = treeOf(scratch.root, `040000 tree ${inner}\td`);
  const count = () => countChangedPaths(scratch.root, [{ from: null, to: outer }]);
  const object = join(scratch.root, '.git/objects', inner.slice(0, 2), inner.slice(2));
  renameSync(object, `${object}-away`);
  expect(await count()).toEqual([1]);
  renameSync(`${object}-away`, object);
  expect(await count()).toEqual([2]);
  rmSync(object);
  expect(await count()).toEqual([2]);
});

it('leaves out a commit with too many paths, and commits beyond the limit of all together', async () => {
  using scratch = new ScratchRepository();
  const { one, other, empty } = leaves(scratch.root);
  const [none, large, larger] = [
    commitOf(scratch.root, empty),
    bomb(scratch.root, one, 4),
    bomb(scratch.root, other, 5),
  ];
  // 21,110 paths, then 211,110.
  const many = Array.from({ length: 30 }, () => commitOf(scratch.root, large, none));
  const bombed = commitOf(scratch.root, larger, none);
  const small = commitOf(scratch.root, one, none);
  const kept = await listable(scratch.root, [bombed, ...new Set(many), small, none]);
  expect(kept).not.toContain(bombed);
  expect(kept).toContain(small);
  expect(await listable(scratch.root, [...Array.from({ length: 30 }, () => many[0] as string), small])).toHaveLength(
    24,
  );
});
