import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import { mineOnce } from '../mining/index.ts';
import { repositoryOf } from '../mining/repository.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import type { Dataset } from '../mining/types.ts';
import { beyondScale, neverLearned } from './neverLearned.ts';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

function withModules(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (const [i, letter] of LETTERS.entries()) scratch.write(`src/m${i}.ts`, moduleText(`part${letter}`));
  return scratch.commit('first');
}

const minedIn = async (folder: string): Promise<Dataset> =>
  (await mineOnce({ folder, cachePath: null }, async () => null)).dataset;

const heldOutOf = ({ pairs }: Dataset) => pairs.filter(({ split }) => split === 'held-out');

function versionOf({ firstCommit, commit, pairs }: Dataset): StoredAdapter {
  const heldOutBeyond = beyondScale(firstCommit, pairs);
  const dataset = { firstCommit, commit, learnedTo: commit, ...(heldOutBeyond && { heldOutBeyond }) };
  return { id: 'v-1', manifest: { dataset } } as StoredAdapter;
}

it('what a version learned is not measured on once its folder was renamed', async () => {
  using scratch = withModules();
  const before = await minedIn(scratch.root);
  const learned = new Set(
    before.pairs.flatMap(({ split, prefix, middle, suffix }) => (split === 'train' ? [prefix + middle + suffix] : [])),
  );
  scratch.git('mv', 'src', 'lib');
  scratch.commit('Move to lib');
  const now = heldOutOf(await minedIn(scratch.root));
  const isLearned = ({ prefix, middle, suffix }: (typeof now)[number]): boolean =>
    learned.has(prefix + middle + suffix);
  expect(now.some(isLearned)).toBe(true);
  const { left, objection } = await neverLearned(now, versionOf(before), scratch.root);
  expect(left.filter(isLearned)).toEqual([]);
  expect(objection).toMatch(/^Adapter v-1 may have learned \d+ of the \d+ held-out pairs: their files were renamed/);
});

it('files that are held out as before, or are new, are measured on', async () => {
  using scratch = withModules();
  const before = await minedIn(scratch.root);
  scratch.write('src/new.ts', moduleText('brandNew')).commit('new');
  const now = heldOutOf(await minedIn(scratch.root));
  expect(await neverLearned(now, versionOf(before), scratch.root)).toEqual({ left: now, objection: null });
  const gone = { ...before, commit: '1'.repeat(40) };
  expect(await neverLearned(now, versionOf(gone), scratch.root)).toEqual({ left: now, objection: null });
});

it('a subfolder, where more files are held out, measures nothing that the whole repository has learned', async () => {
  using scratch = withModules();
  const { firstCommit } = (await repositoryOf(scratch.root))!;
  Array.from({ length: 200 }, (_, i) => `packages/a/k${i}.ts`)
    .filter((path) => heldOutPosition(firstCommit, path) >= heldOutFraction)
    .slice(0, 6)
    .forEach((path, i) => void scratch.write(path, moduleText(`pack${LETTERS[i]}`)));
  scratch.commit('second');
  const whole = await minedIn(scratch.root);
  const package_ = await minedIn(`${scratch.root}/packages/a`);
  const { left, objection } = await neverLearned(heldOutOf(package_), versionOf(whole), scratch.root);
  expect(left).toEqual([]);
  expect(objection).toMatch(/another folder of the repository$/);
  // What the package's own adapter held out stays so.
  const own = await neverLearned(heldOutOf(package_), versionOf(package_), scratch.root);
  expect(own.left).toEqual(heldOutOf(package_));
});

const textOf = (scratch: ScratchRepository, path: string): string => readFileSync(join(scratch.root, path), 'utf8');

it.each<[string, number, (scratch: ScratchRepository, from: string, to: string) => void]>([
  [
    'copied, and deleted where it was in a later commit',
    1,
    (scratch, from, to) => {
      scratch.write(to, textOf(scratch, from)).commit('copy');
      scratch.git('rm', '-q', from);
      scratch.commit('delete');
    },
  ],
  [
    'copied, changed, and deleted where it was',
    1,
    (scratch, from, to) => {
      scratch.write(to, textOf(scratch, from)).commit('copy');
      scratch.write(to, `${textOf(scratch, from)}${moduleText('more', 1)}`).commit('change');
      scratch.git('rm', '-q', from);
      scratch.commit('delete');
    },
  ],
  [
    'moved over a file that was held out',
    0,
    (scratch, from, to) => {
      scratch.git('rm', '-q', to);
      scratch.git('mv', from, to);
      scratch.commit('move over');
    },
  ],
])('what a version learned is not measured on once it was %s', async (_, at, move) => {
  using scratch = withModules();
  const { firstCommit } = (await repositoryOf(scratch.root))!;
  const onScale = Array.from({ length: 300 }, (_, i) => `src/h${i}.ts`).filter(
    (path) => heldOutPosition(firstCommit, path) < heldOutFraction,
  );
  scratch.write(onScale[0]!, moduleText('heldBefore')).commit('held');
  const before = await minedIn(scratch.root);
  const learned = before.pairs.find(({ split }) => split === 'train')!;
  const held = onScale[at]!;
  move(scratch, learned.path, held);
  const now = heldOutOf(await minedIn(scratch.root));
  expect(now.some(({ path }) => path === held)).toBe(true);
  const { left } = await neverLearned(now, versionOf(before), scratch.root);
  expect(left.length).toBeGreaterThan(0);
  expect(left.filter(({ path }) => path === held)).toEqual([]);
});
