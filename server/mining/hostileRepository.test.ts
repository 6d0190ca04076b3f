import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { ordinaryRepository, Trap } from '../git/testing.ts';
import { buildIndex } from './indexing.ts';
import { mineRepository } from './mine.ts';
import { moduleText } from './testing.ts';
import type { Dataset, MineOptions } from './types.ts';

function mine(trap: Trap, options: Partial<MineOptions> = {}): Promise<Dataset> {
  return mineRepository({ folder: trap.folder, processes: 0, cachePath: null, ...options });
}

function reasonsOf({ files }: Dataset): ReadonlyMap<string, string | undefined> {
  return new Map(files.map(({ path, reason }) => [path, reason]));
}

/** A developer may have told their git to trust every owner. */
beforeAll(() => void vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null'));
afterAll(() => void vi.unstubAllEnvs());

function fifo(path: string): void {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}

const isRoot = process.getuid?.() === 0;

describe('a repository that git refuses is rejected with git’s message and a way out', () => {
  const rows: Record<
    string,
    { readonly spoil: (trap: Trap) => void; readonly words: RegExp; readonly skip?: boolean }
  > = {
    'of another owner': {
      spoil: ({ folder }) => chownTree(folder, 12_345),
      words: /run the command that it names.*dubious ownership.*safe\.directory/,
      skip: !isRoot,
    },
    'with a broken configuration': {
      spoil: (trap) => trap.write('.git/config', '[core\n'),
      words: /Fix the line.*bad config line 1/,
    },
    'of a newer format': {
      spoil: (trap) => trap.config(['core.repositoryFormatVersion', '99']),
      words: /Install a newer git.*Expected git repo version/,
    },
    'with an extension git does not know': {
      spoil: (trap) => trap.config(['core.repositoryFormatVersion', '1'], ['extensions.future', 'true']),
      words: /Install a newer git.*unknown repository extension/,
    },
    'whose .git is empty': {
      spoil: ({ folder }) => {
        rmSync(join(folder, '.git'), { recursive: true });
        mkdirSync(join(folder, '.git'));
      },
      words: /remove its \.git.*not a git repository/,
    },
    'whose .git is a file that names nothing': {
      spoil: ({ folder }) => {
        rmSync(join(folder, '.git'), { recursive: true });
        writeFileSync(join(folder, '.git'), 'gitdir: ../gone\n');
      },
      words: /remove its \.git.*not a git repository/,
    },
    'whose index is corrupt': {
      spoil: (trap) => trap.write('.git/index', 'DIRC of nothing'),
      words: /Run git status.*index file/,
    },
    'whose first commit is gone': {
      spoil: (trap) => {
        const first = trap.must(['rev-list', '--max-parents=0', 'HEAD']);
        unlinkSync(join(trap.folder, '.git/objects', first.slice(0, 2), first.slice(2)));
      },
      words: /git refuses.*Run git status.*fatal/,
    },
    'that calls another folder its work tree': {
      spoil: (trap) => {
        mkdirSync(join(trap.dir, 'private'));
        writeFileSync(join(trap.dir, 'private', 'key.ts'), moduleText('private'));
        trap.config(['core.worktree', join(trap.dir, 'private')]);
      },
      words: /does not belong to it.*core\.worktree/s,
    },
    'whose configuration is a pipe': {
      spoil: ({ folder }) => fifo(join(folder, '.git/config')),
      words: /\.git\/config is not a file.*Remove it/s,
    },
    'whose configuration includes a pipe': {
      spoil: (trap) => {
        trap.config(['include.path', 'pipe']);
        fifo(join(trap.folder, '.git/pipe'));
      },
      words: /\.git\/pipe is not a file.*Remove it/s,
    },
  };
  for (const [name, { spoil, words, skip }] of Object.entries(rows)) {
    it.skipIf(skip === true)(name, async () => {
      using trap = ordinaryRepository();
      trap.write('.gitignore', 'local/\n').write('local/notes.ts', moduleText('local')).commit();
      spoil(trap);
      const started = performance.now();
      const refused = { name: 'MiningError', message: expect.stringMatching(words) };
      // In parallel: each waits for a git that does not finish.
      await Promise.all([
        ...[trap.folder, join(trap.folder, 'src')].map((folder) =>
          expect(mineRepository({ folder, processes: 0 })).rejects.toMatchObject(refused),
        ),
        expect(buildIndex(trap.folder)).rejects.toThrow(words),
      ]);
      expect(performance.now() - started).toBeLessThan(25_000);
    });
  }

  it('has no store, unlike a folder without git', async () => {
    using trap = ordinaryRepository(1, 1);
    trap.write('.git/config', '[core\n');
    await expect(storeLocation(trap.folder)).rejects.toThrow(/bad config line 1/);
  });

  it('is left out with a warning among other projects of a folder', async () => {
    using outer = new Trap();
    for (const name of ['good', 'bad']) {
      using project = ordinaryRepository();
      project.write('.gitignore', 'local/\n').write('local/notes.ts', moduleText('local')).commit();
      if (name === 'bad') project.write('.git/config', '[core\n');
      renameSync(project.folder, join(outer.folder, name));
    }
    const dataset = await mine(outer);
    expect(reasonsOf(dataset).get('bad')).toBe('git refuses it');
    expect(dataset.files.filter(({ path }) => path.startsWith('bad/'))).toEqual([]);
    expect(dataset.pairs.filter(({ path }) => path.startsWith('good/')).length).toBeGreaterThan(50);
    expect(dataset.warnings.join('\n')).toMatch(/bad is left out: .*bad config line 1/);
  });
});

describe('nothing outside the repository is read', () => {
  it('through a tracked folder that has become a link', async () => {
    using trap = ordinaryRepository();
    trap.write('deep/er/a.ts', moduleText('deep')).commit();
    mkdirSync(join(trap.dir, 'private/er'), { recursive: true });
    writeFileSync(join(trap.dir, 'private/er/a.ts'), moduleText('private'));
    rmSync(join(trap.folder, 'deep'), { recursive: true });
    symlinkSync(join(trap.dir, 'private'), join(trap.folder, 'deep'));
    const dataset = await mine(trap);
    expect(reasonsOf(dataset).get('deep/er/a.ts')).toBe('behind a symbolic link');
    expect(JSON.stringify(dataset.pairs)).not.toContain('private0');
  });

  it('through an index that names paths above it', async () => {
    using trap = ordinaryRepository();
    writeFileSync(join(trap.dir, 'key.ts'), moduleText('private'));
    trap.write('00/key.ts', moduleText('decoy')).commit();
    renameInIndex(join(trap.folder, '.git/index'), '00/key.ts', '../key.ts');
    expect(trap.must(['ls-files'])).toContain('../key.ts');
    const dataset = await mine(trap);
    expect(reasonsOf(dataset).get('../key.ts')).toBe('outside the repository');
    expect(JSON.stringify(dataset.pairs)).not.toContain('private0');
  });
});

it.each(['HEAD', 'main', 'FETCH_HEAD'])(
  'a tracked file named %s is not taken for a revision: the first commit stays the same',
  async (name) => {
    using trap = ordinaryRepository();
    const { firstCommit } = await mine(trap);
    expect(firstCommit).toMatch(/^[0-9a-f]{40}$/);
    trap.write(name, 'x\n').commit();
    const dataset = await mine(trap, { history: true });
    expect(dataset.firstCommit).toBe(firstCommit);
    expect(dataset.pairs.some(({ kind }) => kind === 'history')).toBe(true);
    const byTime = await mine(trap, { split: { by: 'time', cut: 'HEAD~5' }, history: true });
    expect(byTime.firstCommit).toBe(firstCommit);
  },
);

describe.skipIf(process.platform === 'win32')('mining does not wait for a pipe in place of', () => {
  it.each([
    ['a source file', 'src/a.ts', 'not a regular file'],
    ['a tracked .gitattributes', '.gitattributes', null],
    ['a .gitattributes deeper down', 'src/.gitattributes', null],
    ['the mailmap', '.mailmap', undefined],
    ['.repotuneignore', '.repotuneignore', null],
  ] as const)('%s', async (_, path, reason) => {
    using trap = ordinaryRepository();
    trap.write('.gitattributes', '*.gen.ts linguist-generated\n').commit();
    fifo(join(trap.folder, path));
    const mining = mine(trap, { history: true });
    if (reason === null) await expect(mining).rejects.toThrow(new RegExp(`${path} is not .*Fix or remove it`));
    else expect(reasonsOf(await mining).get(path)).toBe(reason);
    await expect(
      mine(trap, { split: { by: 'time' } }).then(
        () => true,
        () => false,
      ),
    ).resolves.toBeDefined();
  });

  it('the list that core.excludesFile names', async () => {
    using trap = ordinaryRepository();
    trap.config(['core.excludesFile', '.git/rules']);
    fifo(join(trap.folder, '.git/rules'));
    await expect(mine(trap)).rejects.toThrow(
      /\.git\/rules, which core\.excludesFile names, is not a file.*Fix or remove it/,
    );
    trap.config(['core.excludesFile', '/dev/null']);
    expect((await mine(trap)).pairs.length).toBeGreaterThan(50);
  });

  it('the cache', async () => {
    using trap = ordinaryRepository();
    const cachePath = join(trap.dir, 'mining.cache');
    fifo(cachePath);
    expect((await mine(trap, { cachePath })).pairs.length).toBeGreaterThan(50);
    expect((await mine(trap, { cachePath })).pairs.length).toBeGreaterThan(50);
  });
});

it('the attributes of the files count, whatever tree attr.tree names in their place', async () => {
  using trap = ordinaryRepository();
  trap.write('.gitattributes', 'src/a.ts filter=git-crypt\nsrc/b.ts linguist-generated\n');
  trap.config(['attr.tree', trap.must(['hash-object', '-t', 'tree', '-w', '/dev/null'])]);
  const reasons = reasonsOf(await mine(trap));
  expect(reasons.get('src/a.ts')).toBe('encrypted (.gitattributes)');
  expect(reasons.get('src/b.ts')).toBe('generated (.gitattributes)');
});

it('what the user ignores everywhere is left out, whatever list core.excludesFile of the repository names in its place', async () => {
  using trap = ordinaryRepository();
  trap
    .write('own.list', 'a.ts\n')
    .write('theirs.list', '!a.ts\nb.ts\n')
    .write('src/gone.private.ts', moduleText('gone'));
  trap.write('own/git/ignore', '*.private.ts\n').write('src/key.private.ts', moduleText('key')).commit();
  rmSync(join(trap.folder, 'src/gone.private.ts'));
  trap.config(['core.excludesFile', join(trap.folder, 'theirs.list')]).commit();
  vi.stubEnv('XDG_CONFIG_HOME', join(trap.folder, 'own'));
  const byDefault = await mine(trap, { history: true });
  expect(reasonsOf(byDefault).get('src/b.ts')).toBe('ignored by git');
  expect(reasonsOf(byDefault).get('src/key.private.ts')).toMatch(/^in your own list of ignored files/);
  expect(byDefault.pairs.filter(({ path }) => path.includes('private'))).toEqual([]);
  trap.write('user.config', `[core]\n\texcludesFile = ${join(trap.folder, 'own.list')}\n`);
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(trap.folder, 'user.config'));
  const reasons = reasonsOf(await mine(trap));
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  expect(reasons.get('src/a.ts')).toMatch(/^in your own list of ignored files/);
  expect(reasons.get('src/key.private.ts')).toBeUndefined();
});

it('what the user marks in every repository is left out, whatever attributes the repository’s configuration names in their place', async () => {
  using trap = ordinaryRepository();
  trap
    .write('own.attributes', 'a.ts filter=git-crypt\n')
    .write('own/git/attributes', '*.private.ts filter=git-crypt\n')
    .write('theirs.attributes', '* !filter\n')
    .write('src/key.private.ts', moduleText('key'))
    .write('src/gone.private.ts', moduleText('gone'))
    .commit();
  rmSync(join(trap.folder, 'src/gone.private.ts'));
  trap.commit();
  vi.stubEnv('XDG_CONFIG_HOME', join(trap.folder, 'own'));
  const ordinary = await mine(trap, { history: true });
  trap.config(['core.attributesFile', join(trap.folder, 'theirs.attributes')]);
  const hostile = await mine(trap, { history: true });
  trap.write('user.config', `[core]\n\tattributesFile = ${join(trap.folder, 'own.attributes')}\n`);
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(trap.folder, 'user.config'));
  const reasons = reasonsOf(await mine(trap));
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  for (const mined of [ordinary, hostile]) {
    expect(reasonsOf(mined).get('src/key.private.ts')).toBe('encrypted (.gitattributes)');
    expect(mined.pairs.filter(({ path }) => path.includes('private'))).toEqual([]);
    expect(reasonsOf(mined).get('src/a.ts')).toBeUndefined();
  }
  expect(reasons.get('src/a.ts')).toBe('encrypted (.gitattributes)');
  expect(reasons.get('src/key.private.ts')).toBeUndefined();
});

it('mining fails when .repotuneignore is not a plain file', async () => {
  using trap = ordinaryRepository();
  symlinkSync('/dev/zero', join(trap.folder, '.repotuneignore'));
  await expect(mine(trap)).rejects.toThrow(/\.repotuneignore is not a plain file/);
});

it.each([
  [
    'UTF-16 with a byte order mark, as PowerShell writes by >',
    Buffer.from('\uFEFFsrc/a.ts\r\n', 'utf16le'),
    /is not UTF-8 text/,
  ],
  ['UTF-16 without a byte order mark', Buffer.from('src/a.ts\n', 'utf16le'), /is not UTF-8 text/],
  ['Latin-1', Buffer.from('src/größe/\n', 'latin1'), /is not UTF-8 text/],
  ['more lines than are read', `${'other/\n'.repeat(5_000)}src/a.ts\n`, /is not a file of at most 5000 lines/],
  ['a line longer than is read', `src/${'?'.repeat(1_000)}\n`, /is not a file of at most 5000 lines of 1000/],
])('mining fails when rules of .repotuneignore would be missed: %s', async (_, content, message) => {
  using trap = ordinaryRepository();
  writeFileSync(join(trap.folder, '.repotuneignore'), content);
  await expect(mine(trap)).rejects.toThrow(message);
});

function chownTree(folder: string, owner: number): void {
  for (const entry of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    chownSync(join(folder, entry), owner, owner);
}

/** As git itself never would: to a name of the same length, with the checksum recomputed. */
function renameInIndex(path: string, from: string, to: string): void {
  const bytes = readFileSync(path);
  bytes.write(to, bytes.indexOf(from));
  const body = bytes.subarray(0, -20);
  writeFileSync(path, Buffer.concat([body, createHash('sha1').update(body).digest()]));
}

it('an index path of twenty thousand folders is left out, and other files are mined', async () => {
  using trap = ordinaryRepository();
  const id = trap.must(['rev-parse', 'HEAD:src/a.ts']);
  const deep = `${'d/'.repeat(20_000)}x.ts`;
  trap.must(['update-index', '--index-info'], `100644 ${id} 0\t${deep}\n`);
  trap.write('.repotuneignore', 'elsewhere/\n');
  const dataset = await mine(trap, { history: true });
  expect(reasonsOf(dataset).get(deep)).toBe('file name is too long');
  expect(reasonsOf(dataset).get('src/a.ts')).toBeUndefined();
});
