import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { Admission } from './admission.ts';
import { keptOut } from './keptOut.ts';
import { forgetFile } from './learning.ts';
import { repositoryOf } from './repository.ts';
import { listCandidates } from './sources.ts';
import { moduleText, ScratchRepository } from './testing.ts';

function move(scratch: ScratchRepository, from: string, to: string): void {
  mkdirSync(dirname(join(scratch.root, to)), { recursive: true });
  renameSync(join(scratch.root, from), join(scratch.root, to));
}

const drop = (scratch: ScratchRepository, path: string) => rmSync(join(scratch.root, path), { recursive: true });

/** A repository with two versions of `src/own.ts`. */
function begun(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (const name of ['a', 'b']) scratch.write(`src/${name}.ts`, moduleText(name));
  scratch.write('src/own.ts', moduleText('early')).commit('first');
  return scratch.write('src/own.ts', moduleText('late')).commit('second');
}

/** `folder`: the one that is mined. */
async function reasonFor(
  scratch: ScratchRepository,
  path: string,
  folder: string = scratch.root,
): Promise<string | undefined> {
  const repository = await repositoryOf(folder);
  const listing = await listCandidates(folder, repository);
  return (await new Admission(folder, listing, new Map(), undefined).ruleFor([path]))(path);
}

const outIs = (scratch: ScratchRepository, rule = '/hidden/') => scratch.write('.repotuneignore', `${rule}\n`);

it.each<readonly [what: string, done: (scratch: ScratchRepository) => void]>([
  [
    'was moved to a folder that is left out',
    (scratch) => {
      move(scratch, 'src/own.ts', 'hidden/own.ts');
      scratch.commit('move');
    },
  ],
  [
    'was moved there and its name was reused',
    (scratch) => {
      move(scratch, 'src/own.ts', 'hidden/own.ts');
      scratch.commit('move').write('src/own.ts', moduleText('anew')).commit('begin anew');
    },
  ],
  [
    'was moved there and replaced in the same commit',
    (scratch) => {
      move(scratch, 'src/own.ts', 'hidden/own.ts');
      scratch.write('src/own.ts', "export * from '../hidden/own';\n").commit('move');
    },
  ],
  [
    'was copied there and deleted later',
    (scratch) => {
      scratch.write('hidden/own.ts', moduleText('late')).commit('copy');
      drop(scratch, 'src/own.ts');
      scratch.commit('delete');
    },
  ],
  [
    'was swapped with a file that is left out',
    (scratch) => {
      scratch.write('hidden/own.ts', moduleText('other')).commit('another');
      scratch.write('hidden/own.ts', moduleText('late')).write('src/own.ts', moduleText('other')).commit('exchange');
    },
  ],
  [
    'was moved there by the merge commit itself',
    (scratch) => {
      scratch.git('checkout', '--quiet', '-b', 'side');
      scratch.write('src/c.ts', moduleText('c')).commit('side');
      scratch.git('checkout', '--quiet', 'main');
      scratch.write('src/d.ts', moduleText('d')).commit('main');
      scratch.git(
        '-c',
        'user.name=Ada',
        '-c',
        'user.email=ada@example.com',
        'merge',
        '--quiet',
        '--no-ff',
        '--no-commit',
        'side',
      );
      move(scratch, 'src/own.ts', 'hidden/own.ts');
      scratch.commit('Merge side');
    },
  ],
])('old versions of a file are not learned when it %s', async (_, done) => {
  using scratch = begun();
  expect(await reasonFor(scratch, 'src/own.ts')).toBeUndefined();
  done(scratch);
  outIs(scratch);
  expect(await reasonFor(scratch, 'src/own.ts')).toBeDefined();
  expect(await reasonFor(scratch, 'src/a.ts')).toBeUndefined();
});

it('a file that is gone is learned of a folder opened by another name too, a link or one that only differs in case on a Mac', async () => {
  using scratch = begun();
  using elsewhere = new ScratchRepository({ git: false });
  drop(scratch, 'src/own.ts');
  scratch.commit('delete');
  const link = join(elsewhere.root, 'link');
  symlinkSync(scratch.root, link);
  expect(await reasonFor(scratch, 'src/own.ts')).toBeUndefined();
  expect(await reasonFor(scratch, 'src/own.ts', link)).toBeUndefined();
  expect(await reasonFor(scratch, 'src/own.ts', join(link, 'src'))).toBeUndefined();
  expect(await reasonFor(scratch, 'lib/own.ts', join(link, 'src'))).toBe('outside of the folder');
});

/** As in a partial or damaged clone: a commit deletes and adds files, and a text that it added is missing. */
function withMissingText(scratch: ScratchRepository): void {
  scratch.write('src/old.ts', moduleText('old')).commit('old');
  drop(scratch, 'src/old.ts');
  scratch.write('src/new.ts', moduleText('oldest')).commit('another');
  const id = scratch.git('rev-parse', 'HEAD:src/new.ts').trim();
  scratch.write('src/new.ts', moduleText('newest')).commit('once more');
  unlinkSync(join(scratch.root, '.git/objects', id.slice(0, 2), id.slice(2)));
}

it('old versions of a file are not learned when it moved before a commit with missing blobs', async () => {
  using scratch = begun();
  move(scratch, 'src/own.ts', 'hidden/own.ts');
  scratch.write('hidden/own.ts', `${moduleText('late', 7)}\nexport const rest = 1;\n`).commit('move and change');
  withMissingText(scratch);
  outIs(scratch);
  expect(await reasonFor(scratch, 'src/own.ts')).toBeDefined();
  expect(await reasonFor(scratch, 'src/a.ts')).toBeUndefined();
  // It may have become `src/new.ts`, which is learned.
  expect(await reasonFor(scratch, 'src/old.ts')).toBeUndefined();
});

it('files that may have moved are not learned when trees of the history are missing', async () => {
  using scratch = begun();
  move(scratch, 'src/own.ts', 'src/renamed.ts');
  scratch.commit('move');
  const tree = scratch.git('rev-parse', 'HEAD~1^{tree}').trim();
  unlinkSync(join(scratch.root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
  expect(await reasonFor(scratch, 'src/own.ts')).toMatch(/cannot tell/);
  expect(await reasonFor(scratch, 'src/renamed.ts')).toBeUndefined();
  outIs(scratch);
  expect(await reasonFor(scratch, 'src/renamed.ts')).toMatch(/cannot tell/);
  await forgetFile(await storeLocation(scratch.root), 'src/own.ts');
  await expect(reasonFor(scratch, 'src/a.ts')).rejects.toThrow(/what became of src\/own\.ts.*fetch/);
});

it('a file that once equalled one that is left out, as an empty module, keeps its history', async () => {
  using scratch = begun();
  scratch.write('hidden/index.ts', 'export {};\n').write('src/index.ts', 'export {};\n').commit('empty');
  scratch.write('src/index.ts', moduleText('index')).commit('written');
  outIs(scratch);
  expect(await reasonFor(scratch, 'src/index.ts')).toBeUndefined();
});

it('files of a folder that has become a submodule are not learned', async () => {
  using scratch = begun();
  drop(scratch, 'src/own.ts');
  scratch.write('part/own.ts', moduleText('late')).commit('into a folder');
  scratch.git('rm', '-r', '--quiet', 'part');
  mkdirSync(join(scratch.root, 'part'));
  scratch.git('update-index', '--add', '--cacheinfo', `160000,${scratch.git('rev-parse', 'HEAD').trim()},part`);
  expect(await reasonFor(scratch, 'part/own.ts')).toBe('submodule');
  expect(await reasonFor(scratch, 'src/a.ts')).toBeUndefined();
});

it('a forgotten file stays forgotten after a rename', async () => {
  using scratch = begun();
  await forgetFile(await storeLocation(scratch.root), 'src/own.ts');
  move(scratch, 'src/own.ts', 'src/renamed.ts');
  // Asked before the commit, as while somebody types.
  await listCandidates(scratch.root, await repositoryOf(scratch.root));
  scratch.commit('rename');
  const { candidates } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
  expect(candidates.find(({ path }) => path === 'src/renamed.ts')).toMatchObject({ reason: 'forgotten, as you asked' });
  expect(await reasonFor(scratch, 'src/a.ts')).toBeUndefined();
});

it('a forgotten file stays forgotten after a rename that is not committed yet, and one after a committed rename', async () => {
  using scratch = begun();
  await forgetFile(await storeLocation(scratch.root), 'src/own.ts');
  const reasonIn = async (path: string) => {
    const { candidates } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
    return candidates.find((one) => one.path === path);
  };
  for (const [from, to] of [
    ['src/own.ts', 'src/renamed.ts'],
    ['src/renamed.ts', 'src/again.ts'],
  ] as const) {
    scratch.git('mv', from, to);
    const forgotten = { reason: 'forgotten, as you asked' };
    expect(await reasonIn(to)).toMatchObject(forgotten);
    expect([...(await keptOut(scratch.root, [to, 'src/a.ts']))]).toEqual([to]);
    scratch.commit('rename');
    expect(await reasonIn(to)).toMatchObject(forgotten);
    expect([...(await keptOut(scratch.root, [to, 'src/a.ts']))]).toEqual([to]);
  }
});

it.each([
  ['another case', 'src/Own.ts'],
  ['a composed and a decomposed é', 'src/re\u0301sume\u0301.ts'],
])(
  'a forgotten file stays forgotten after a rename, under any name that a disk takes for its own: %s',
  async (_, named) => {
    using scratch = begun();
    scratch.write('src/r\u00e9sum\u00e9.ts', moduleText('curriculum', 7)).commit('third');
    await forgetFile(await storeLocation(scratch.root), named);
    move(scratch, named === 'src/Own.ts' ? 'src/own.ts' : 'src/r\u00e9sum\u00e9.ts', 'src/renamed.ts');
    scratch.commit('rename');
    const { candidates } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
    expect(candidates.find(({ path }) => path === 'src/renamed.ts')).toMatchObject({
      reason: 'forgotten, as you asked',
    });
  },
);

it('a forgotten file stays forgotten after a rename before a commit with missing blobs', async () => {
  using scratch = begun();
  await forgetFile(await storeLocation(scratch.root), 'src/own.ts');
  move(scratch, 'src/own.ts', 'src/renamed.ts');
  scratch.write('src/renamed.ts', `${moduleText('late', 7)}\nexport const rest = 1;\n`).commit('rename and change');
  withMissingText(scratch);
  const { candidates } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
  expect(candidates.find(({ path }) => path === 'src/renamed.ts')).toMatchObject({ reason: 'forgotten, as you asked' });
  expect(candidates.find(({ path }) => path === 'src/new.ts')).toMatchObject({ kind: 'open' });
});

it.each([
  ['a byte order mark', '\uFEFF/hidden/', 'hidden/own.ts'],
  ['a leading ./', './hidden/', 'hidden/own.ts'],
  ['a trailing tab', 'hidden/\t', 'hidden/own.ts'],
  ['a composed é for a decomposed one', '/h\u00e9/', 'he\u0301/own.ts'],
  ['a decomposed é for a composed one', '/he\u0301/', 'h\u00e9/own.ts'],
  ['an emoji', '/🔒/', '🔒/own.ts'],
  ['a letter of two code units between stars', '*𠮷*', 'src/a𠮷b.ts'],
  ['an emoji in a character class', '[🔑🔒]*/', '🔒s/own.ts'],
  ['an escaped emoji in a range', 'src/[🔑-\\🔓].ts', 'src/🔒.ts'],
])('a rule with %s leaves out its path', async (_, rule, path) => {
  using scratch = begun();
  scratch.write(path, moduleText('hidden')).commit('hidden');
  outIs(scratch, rule);
  const { candidates, warnings } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
  expect(candidates.find((candidate) => candidate.path === path)).toMatchObject({ reason: '.repotuneignore' });
  expect(warnings).toEqual([]);
});

it.each([
  'src/  # ours',
  'src/{a,own}.ts',
  'src\\own.ts',
  'C:\\src',
  '~/src',
  '"src/"',
  ' src/',
  'src//',
  'src/own.ts\u00a0',
  '\u200bsrc/',
  'x\rsrc/\rx',
])('a rule that leaves out nothing, in a syntax that git does not know, is warned of: %j', async (rule) => {
  using scratch = begun();
  outIs(scratch, `# what is ours\n${rule}`);
  const { warnings } = await listCandidates(scratch.root, await repositoryOf(scratch.root));
  expect(warnings).toMatchObject([expect.stringContaining('Line 2 of .repotuneignore')]);
});
