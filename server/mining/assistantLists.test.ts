import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
import { documentEntry } from './indexing.ts';
import { repositoryOf } from './repository.ts';
import { leftOutByAttributes } from './rulesWithoutGit.ts';
import { listCandidates } from './sources.ts';
import { moduleText, ScratchRepository } from './testing.ts';

const PATHS = ['src/a.ts', 'src/closed/b.ts', 'src/closed/keep.ts', 'lib/closed/c.ts', 'lib/d.ts'];

function withSources(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (const path of PATHS) scratch.write(path, moduleText(path.replace(/\W/g, '')));
  return scratch;
}

async function leftOutIn(root: string, folder = root): Promise<Record<string, string>> {
  const { candidates } = await listCandidates(folder, await repositoryOf(folder));
  return Object.fromEntries(
    candidates.flatMap((one) => (one.kind === 'left-out' && PATHS.includes(one.path) ? [[one.path, one.reason]] : [])),
  );
}

interface Case {
  readonly list: string;
  readonly text: string;
  readonly leftOut: readonly string[];
}

const CLOSED = ['lib/closed/c.ts', 'src/closed/b.ts', 'src/closed/keep.ts'];

it.each<Case>([
  { list: '.cursorignore', text: 'closed/\n', leftOut: CLOSED },
  { list: '.aiexclude', text: '\uFEFF**/closed/**\r\n', leftOut: CLOSED },
  { list: '.aiignore', text: '*\n!lib/\n!lib/d.ts\n', leftOut: ['lib/closed/c.ts', ...PATHS.slice(0, 3)] },
  { list: 'src/.codeiumignore', text: '/closed/*\n!keep.ts\n', leftOut: ['src/closed/b.ts'] },
  { list: 'lib/.aiexclude', text: '', leftOut: ['lib/closed/c.ts', 'lib/d.ts'] },
  { list: '.geminiignore', text: '', leftOut: [] },
  { list: 'src/.repotuneignore', text: '/closed/\n', leftOut: ['src/closed/b.ts', 'src/closed/keep.ts'] },
  { list: '.cody/ignore', text: 'lib/d.ts\n', leftOut: ['lib/d.ts'] },
  {
    list: '.claude/settings.json',
    text:
      '{"permissions":{"allow":["' +
      'x'.repeat(2000) +
      '"],"deny":["Bash(curl:*)","Read(./src/closed/**)","Read(//etc/**)","Read(~/lib/**)"]}}',
    leftOut: ['src/closed/b.ts', 'src/closed/keep.ts'],
  },
  {
    list: '.zed/settings.json',
    text: '{ // ours\n "edit_predictions": { "disabled_globs": ["**/closed/**",], },\n "private_files": ["lib/d.ts"] }',
    leftOut: [...CLOSED, 'lib/d.ts'],
  },
  // Names with brackets, quotes and comments, alternatives, and stars that cross folders, as Zed's do.
  {
    list: '.zed/settings.json',
    text: '{"private_files": ["[s]rc/\\u0063losed/{b,c}.ts", /* "]" */ "lib/*.t?", // "**" ]\n "!a.ts"], "disabled_globs": []}',
    leftOut: ['lib/closed/c.ts', 'lib/d.ts', 'src/closed/b.ts'],
  },
  {
    list: '.zed/settings.json',
    text: `{"private_files": [${'"**/no-such-file",'.repeat(400)}"{src/closed/{b,keep},lib/**}.ts"]}`,
    leftOut: ['lib/closed/c.ts', 'lib/d.ts', 'src/closed/b.ts', 'src/closed/keep.ts'],
  },
  { list: '.zed/settings.json', text: '{"title": "private_files", "all": ["**"]}', leftOut: [] },
  { list: '.claude/settings.local.json', text: '{ nonsense', leftOut: [] },
  { list: '.dockerignore', text: 'src\n', leftOut: [] },
])('$list with $text leaves out $leftOut', async ({ list, text, leftOut }) => {
  using scratch = withSources();
  scratch.commit('sources');
  // Not tracked, as a person's own list is not.
  scratch.write('.git/info/exclude', '.*ignore\n').write(list, text);
  const reasons = Object.fromEntries(leftOut.map((path) => [path, list]));
  expect(await leftOutIn(scratch.root)).toEqual(reasons);
  for (const path of PATHS) {
    const entry = await documentEntry(scratch.root, path, moduleText('typed'));
    expect([path, entry === null]).toEqual([path, leftOut.includes(path)]);
  }
});

it('a list above the folder that is opened applies, as does one that is linked to', async () => {
  using scratch = withSources();
  scratch.write('lists/shared', 'closed/\n').commit('sources');
  symlinkSync('lists/shared', join(scratch.root, '.aiignore'));
  expect(await leftOutIn(scratch.root, join(scratch.root, 'lib'))).toEqual({ 'lib/closed/c.ts': '.aiignore' });
});

it('lists that a sparse checkout lacks apply', async () => {
  using scratch = withSources();
  scratch.write('.cursorignore', 'b.ts\n').write('src/.aiignore', 'keep.ts\n').commit('sources');
  scratch.git('sparse-checkout', 'set', '--no-cone', '/src/**/*.ts');
  expect(await leftOutIn(scratch.root)).toMatchObject({
    'src/closed/b.ts': '.cursorignore',
    'src/closed/keep.ts': 'src/.aiignore',
  });
});

it.each([
  ['a folder', (path: string) => mkdirSync(path)],
  ['a link to nothing', (path: string) => symlinkSync('nowhere', path)],
  ['a link out of the repository', (path: string) => symlinkSync(import.meta.filename, path)],
])('nothing is learned if a list is %s', async (_, make) => {
  using scratch = withSources();
  scratch.commit('sources');
  make(join(scratch.root, 'src', '.aiexclude'));
  await expect(leftOutIn(scratch.root)).rejects.toThrow(/src\/\.aiexclude is not /);
});

it.each(['.repotuneignore', '.cursorignore', '.claude'])(
  'nothing is learned if %s is a link out of the repository, nor is what is there read',
  async (name) => {
    using outside = new ScratchRepository({ git: false });
    outside.write('settings.json', '{"permissions": {"deny": ["Read(lib/**)"]}}');
    using scratch = withSources();
    scratch.commit('sources');
    symlinkSync(
      name === '.claude' ? outside.root : join(outside.root, 'settings.json'),
      join(scratch.root, 'src', name),
    );
    await expect(leftOutIn(scratch.root)).rejects.toThrow(/is not a file in this folder but a link out of it/);
  },
);

it('nothing is learned if a list is not UTF-8', async () => {
  using scratch = withSources();
  scratch.commit('sources').write('.aiexclude', Buffer.from('\uFEFFsrc\n', 'utf16le'));
  await expect(leftOutIn(scratch.root)).rejects.toThrow(/\.aiexclude is not UTF-8 text/);
});

it('what git would leave out is not learned in a folder that has lost its git', async () => {
  using scratch = new ScratchRepository({ git: false });
  for (const path of [...PATHS, 'lib/my key.ts']) scratch.write(path, moduleText(path.replace(/\W/g, '')));
  scratch.write('.gitignore', '# ours\nsrc/closed/\n').write('lib/.gitignore', '/d.ts\n');
  scratch.write(
    '.gitattributes',
    '[attr]own linguist-generated\n*.ts text -linguist-generated\nlib/closed/** filter=git-crypt diff\n',
  );
  // A macro of the folder above.
  scratch.write('src/far/.gitattributes', 'own.ts own\n').write('src/far/own.ts', moduleText('own'));
  const { candidates } = await listCandidates(scratch.root, null);
  const leftOut = candidates.flatMap((one) => (one.kind === 'left-out' ? [[one.path, one.reason]] : []));
  expect(Object.fromEntries(leftOut)).toMatchObject({
    'src/closed/b.ts': '.gitignore',
    'src/closed/keep.ts': '.gitignore',
    'lib/closed/c.ts': '.gitattributes',
    'src/far/own.ts': 'src/far/.gitattributes',
    'lib/d.ts': 'lib/.gitignore',
  });
  expect(leftOut.map(([path]) => path)).not.toContain('src/a.ts');
  expect(await documentEntry(scratch.root, 'lib/d.ts', moduleText('typed'))).toBeNull();
});

it.each([
  ['a.bin binary\n*.pb.ts linguist-generated=true\n', '*.pb.ts'],
  ['"with blank.ts" filter=sops -text\r\n# x filter=sops\n', 'with blank.ts'],
  // As git itself writes such names.
  ['"\\303\\251\\t\\"a\\"/*.ts" filter=sops\n"#b.ts" linguist-vendored\n', 'é\t"a"/*.ts\n\\#b.ts'],
  ['[attr]own -diff filter=git-crypt\n[attr]mine own\n*.ts -own\n*.key.ts text mine\n*.x.ts other\n', '*.key.ts'],
  [
    '*.a.ts mine\n[attr]mine own\n[attr]own filter=sops\n[attr]loop loop\n*.b.ts loop\n[cd].ts mine\n',
    '*.a.ts\n[cd].ts',
  ],
  ['[attr]mine filter=git-crypt\n*.ts -filter linguist-vendored=false\n!x filter=sops\n*.psd filter=lfs\n', ''],
])('of the attributes %j the patterns %j leave out', (text, patterns) => {
  expect(leftOutByAttributes(text)).toBe(patterns);
});

it.each(['a~b\u2028c', 'a~b\rc', '~a', 'a~', '"a"~b\rc', '[attr]a~b\rc'])(
  'a hostile line %j of attributes is read in linear time',
  async (line) => {
    const ms = await threadMs(() => leftOutByAttributes(line.replace('~', ' '.repeat(200_000))));
    expect(ms).toBeLessThan(1000);
  },
);

it('what git ignores is not learned though git tracks it', async () => {
  using scratch = withSources();
  scratch.commit('sources').write('.gitignore', 'closed/\n!keep.ts\n').write('lib/.gitignore', '/d.ts\n');
  const reasons = Object.fromEntries([...CLOSED, 'lib/d.ts'].map((path) => [path, 'ignored by git']));
  expect(await leftOutIn(scratch.root)).toEqual(reasons);
  expect(await documentEntry(scratch.root, 'lib/d.ts', moduleText('typed'))).toBeNull();
});

it.each(['git-crypt', 'git-crypt-team', 'crypt', 'git-agecrypt', 'age', 'sops'])(
  'what git keeps encrypted by the filter %s is not learned',
  async (filter) => {
    using scratch = withSources();
    scratch.write('.gitattributes', `src/closed/** filter=${filter} diff=${filter}\nlib/** filter=lfs\n`).commit();
    const reason = 'encrypted (.gitattributes)';
    expect(await leftOutIn(scratch.root)).toEqual({ 'src/closed/b.ts': reason, 'src/closed/keep.ts': reason });
  },
);
