import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bomb, commitOf, leaves, treeOf } from '../git/testingTrees.ts';
import { mineOnce } from './mine.ts';
import { moduleText, ScratchRepository } from './testing.ts';

const names = 'abcdefghij'.split('');

/** Each commit adds a line to a file. */
function grown(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (const name of names) scratch.write(`${name}.ts`, moduleText(`part${name}`, 12));
  scratch.commit('first');
  for (const name of names.slice(0, 6)) grow(scratch, name);
  return scratch;
}

function grow(scratch: ScratchRepository, name: string): void {
  scratch
    .write(
      `${name}.ts`,
      `${moduleText(`part${name}`, 12)}\nexport const limit${name} = compute('limit of ${name}', 31);\n`,
    )
    .commit(`limit of ${name}`);
}

/** The tree of HEAD with these folders beside its files. */
function beside(root: string, ...trees: readonly string[]): string {
  const lines = execFileSync('git', ['ls-tree', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return treeOf(root, ...lines, ...trees.map((id, at) => `040000 tree ${id}\tz${at}`));
}

function reset(root: string, commit: string): void {
  execFileSync('git', ['reset', '--quiet', '--soft', commit], { cwd: root });
}

it.each([
  ['adds millions of files', ({ one }: ReturnType<typeof leaves>) => [null, one]],
  ['changes millions of files', ({ one, other }: ReturnType<typeof leaves>) => [one, other]],
  ['adds millions of empty folders', ({ empty }: ReturnType<typeof leaves>) => [null, empty]],
] as const)(
  'a commit that %s is left out of history, and other commits are learned from',
  async (_, leavesOf) => {
    using scratch = grown();
    const { root } = scratch;
    const [before, after] = leavesOf(leaves(root)).map((leaf) => (leaf === null ? null : bomb(root, leaf)));
    const head = scratch.git('rev-parse', 'HEAD').trim();
    const bombed = before === null ? head : commitOf(root, beside(root, before as string), head);
    const worse = commitOf(root, beside(root, after as string), bombed);
    // Restored, as if nothing had happened.
    reset(root, commitOf(root, `${head}^{tree}`, worse));
    for (const name of names.slice(6)) grow(scratch, name);
    const options = { folder: root, history: true, cachePath: null };
    const { dataset } = await mineOnce(options, async () => null);
    expect(new Set(dataset.pairs.flatMap(({ kind, path }) => (kind === 'history' ? [path] : []))).size).toBeGreaterThan(
      6,
    );
    const left = before === null ? 2 : 3;
    expect(dataset.warnings).toEqual([
      expect.stringMatching(new RegExp(`more paths than can be looked at are left out: ${left}\\.`)),
    ]);
    // A tree that cannot be listed is not learned from; the working tree is.
    const cut = await mineOnce(options, async () => worse);
    expect([cut.byTime, cut.learnedTo]).toEqual([null, dataset.commit]);
    expect(cut.dataset.warnings).toContainEqual(
      expect.stringMatching(/The tree of commit \w{10} names more paths than/),
    );
    // Deleted files make it look for renames.
    scratch.git('rm', '--quiet', 'a.ts', 'b.ts');
    scratch.commit('two fewer');
    const fewer = await mineOnce(options, async () => scratch.git('rev-parse', 'HEAD~3').trim());
    expect(fewer.dataset.pairs.length).toBeGreaterThan(50);
  },
  60_000,
);
