import { expect, it } from 'vitest';
import { readAttributes } from './ignore.ts';
import { documentEntry } from './indexing.ts';
import { repositoryOf } from './repository.ts';
import { listCandidates } from './sources.ts';
import { moduleText, ScratchRepository } from './testing.ts';

/** Sources below `src/` and `other/`, with rules of all kinds above them. */
function withRules(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (const path of ['src/a.ts', 'src/own.ts', 'src/made.ts', 'other/b.ts'])
    scratch.write(path, moduleText(path.replace(/\W/g, '')));
  return scratch
    .write('.repotuneignore', '/src/own.ts\n')
    .write('.gitattributes', 'src/made.ts linguist-generated\n')
    .commit('first');
}

async function reasonsIn(root: string): Promise<Record<string, string | null>> {
  const { candidates } = await listCandidates(root, await repositoryOf(root));
  return Object.fromEntries(candidates.map((one) => [one.path, one.kind === 'open' ? null : one.reason]));
}

const LEARNED = {
  'src/a.ts': null,
  'src/own.ts': '.repotuneignore',
  'src/made.ts': 'generated (.gitattributes)',
};

it.each([
  ['in cone mode', ['--cone', 'src']],
  ['in cone mode with a sparse index', ['--cone', '--sparse-index', 'src']],
  ['that leaves out the rules themselves', ['--no-cone', '/src/']],
])('a sparse checkout %s follows all rules, and what it lacks is reported', async (_, options) => {
  using scratch = withRules();
  scratch.git('sparse-checkout', 'set', ...options);
  expect(await reasonsIn(scratch.root)).toMatchObject({ ...LEARNED, 'other/b.ts': 'not checked out' });
  const { warnings } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
  expect(warnings).toEqual([expect.stringMatching(/^This is a sparse checkout: .* [13] of 6\.$/)]);
});

it('a skip-worktree file is mined when it is on disk, and rules end when their file is removed', async () => {
  using scratch = withRules();
  scratch.git('update-index', '--skip-worktree', 'src/a.ts', '.repotuneignore');
  expect(await reasonsIn(scratch.root)).toMatchObject(LEARNED);
  scratch.git('update-index', '--no-skip-worktree', '.repotuneignore');
  scratch.git('rm', '--quiet', '.repotuneignore');
  expect(await reasonsIn(scratch.root)).toMatchObject({ 'src/own.ts': null });
});

it('files ignored by rules outside a sparse checkout are no context of completions', async () => {
  using scratch = withRules();
  scratch.write('.gitignore', '/src/local.ts\n').write('src/.gitignore', '/private.ts\n').commit('ignore');
  const paths = ['src/local.ts', 'src/private.ts', 'src/fresh.ts'];
  const taken = async (): Promise<boolean[]> => {
    const entries = paths.map((path) => documentEntry(scratch.root, path, moduleText('typed')));
    return (await Promise.all(entries)).map((entry) => entry !== null);
  };
  for (const path of paths) scratch.write(path, moduleText('local'));
  expect(await taken()).toEqual([false, false, true]);
  scratch.git('sparse-checkout', 'set', '--no-cone', '/src/*.ts');
  expect(await taken()).toEqual([false, false, true]);
});

it('rules that are neither on disk nor in a sparse clone fail mining instead of counting as none', async () => {
  using scratch = withRules();
  scratch.git('config', 'uploadpack.allowFilter', 'true');
  using clone = new ScratchRepository({ git: false });
  clone.git('clone', '--quiet', '--filter=blob:none', '--no-checkout', `file://${scratch.root}`, '.');
  clone.git('sparse-checkout', 'set', '--no-cone', '/src/');
  clone.git('checkout', '--quiet', 'main');
  await expect(reasonsIn(clone.root)).rejects.toThrow(/\.repotuneignore is not on the disk or in this clone/);
});

it('attributes in .git/info apply in a linked work tree', async () => {
  using scratch = new ScratchRepository();
  scratch.write('a.ts', moduleText('a')).commit('first');
  scratch.write('.git/info/attributes', 'a.ts linguist-generated\n');
  using linked = new ScratchRepository({ git: false });
  scratch.git('worktree', 'add', '--quiet', '--force', linked.root, '-b', 'linked');
  for (const { root } of [scratch, linked])
    expect((await readAttributes(root, '', ['a.ts']))('a.ts')).toBe('generated (.gitattributes)');
});
