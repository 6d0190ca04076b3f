import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ordinaryRepository, Trap } from '../git/testing.ts';
import { type ChangeOptions, recentChanges } from './changes.ts';
import { additions } from './history.ts';
import { mineRepository } from './mine.ts';
import { moduleText } from './testing.ts';

const all = { range: 'HEAD', maxCommits: 1000, admits: () => true } as const;

async function changes(trap: Trap, options: Partial<ChangeOptions> = {}) {
  const warnings: string[] = [];
  const found = [];
  for await (const some of recentChanges(trap.folder, { ...all, onWarning: (one) => warnings.push(one), ...options }))
    found.push(...some);
  return { found, warnings };
}

function removeObject(trap: Trap, id: string): void {
  unlinkSync(join(trap.folder, '.git/objects', id.slice(0, 2), id.slice(2)));
}

describe('the lines that commits changed', () => {
  it('are the same as in git log', async () => {
    using trap = ordinaryRepository();
    trap.write('src/we"ird\tnäme.ts', moduleText('weird')).commit();
    trap
      .write('src/we"ird\tnäme.ts', `${moduleText('weird')}// more\n`)
      .write('src/a.ts', moduleText('other'))
      .commit();
    trap.must(['update-index', '--chmod=+x', 'src/b.ts']);
    trap.write('src/c.ts', 'const c = 1;').commit();
    const { found, warnings } = await changes(trap);
    const heads = found.flatMap(({ hunks }) =>
      hunks.map(({ oldStart, oldCount, newStart, newCount }) => `-${oldStart},${oldCount} +${newStart},${newCount}`),
    );
    const log = trap.must(['log', '-p', '-U0', '--no-renames', '--diff-filter=M', '--format=']);
    const expected = [...log.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(
      ([, a, b = '1', c, d = '1']) => `-${a},${b} +${c},${d}`,
    );
    expect(heads).toEqual(expected);
    expect(heads.length).toBeGreaterThan(10);
    expect(warnings).toEqual([]);
  });

  it('are found in a repository with SHA-256 ids', async () => {
    using trap = new Trap();
    trap.must(['init', '--quiet', '--object-format=sha256', '--initial-branch=main']);
    trap.write('a.ts', 'const a = 1;\n').commit();
    trap.write('a.ts', 'const a = 1;\nconst b = a + 2;\n').commit();
    const { found } = await changes(trap);
    expect(found).toMatchObject([{ path: 'a.ts', hunks: [{ oldStart: 1, oldCount: 0, newStart: 2, newCount: 1 }] }]);
    expect(found[0]!.newBlob).toHaveLength(64);
  });

  it('do not depend on the attributes and settings for diffs in the repository', async () => {
    using trap = ordinaryRepository(3, 2);
    const before = await changes(trap);
    trap.write('.git/info/attributes', '* -diff\n').write('.gitattributes', '* binary\n');
    const settings = ['noPrefix', 'mnemonicPrefix', 'relative'].map((name) => [`diff.${name}`, 'true'] as const);
    trap.config(...settings, ['diff.context', '9'], ['diff.interHunkContext', '9'], ['color.ui', 'always']);
    trap.config(['diff.orderFile', '/dev/zero'], ['core.quotePath', 'true'], ['diff.algorithm', 'patience']);
    expect(await changes(trap)).toEqual(before);
    expect(before.found.flatMap(({ hunks }) => hunks).length).toBeGreaterThan(2);
  });
});

describe('reading changes from history', () => {
  it.each(['data.csv', 'notes.md', 'src/unwanted.ts'])('does not read the text of %s', async (path) => {
    using trap = ordinaryRepository(4, 2);
    for (const text of ['one\n', 'two\n', 'three\n']) {
      trap
        .write(path, text)
        .write('src/a.ts', `${moduleText('parta', 2)}\nconst ${text.trim()} = 1;\n`)
        .commit();
    }
    // If it were read, git would fail.
    for (const revision of ['HEAD', 'HEAD~1', 'HEAD~2'])
      removeObject(trap, trap.must(['rev-parse', `${revision}:${path}`]));
    const { found, warnings } = await changes(trap, { admits: (one) => one !== 'src/unwanted.ts' });
    expect(found.filter((change) => change.path === 'src/a.ts' && change.hunks.length > 0)).toHaveLength(4);
    expect(found.some((change) => change.path === path)).toBe(false);
    expect(warnings).toEqual([]);
  });

  it('skips versions of a source file that are too large, and warns of them', async () => {
    using trap = ordinaryRepository(4, 2);
    const rows = (seed: number): string =>
      Array.from({ length: 20_000 }, (_, i) => `INSERT INTO t VALUES (${i}, ${(i * seed) % 977});\n`).join('');
    for (const seed of [3, 5, 7]) {
      trap
        .write('dump.sql', rows(seed))
        .write('src/a.ts', `${moduleText('parta', 2)}\nconst x${seed} = 1;\n`)
        .commit();
    }
    trap.write('dump.sql', 'SELECT 1;\n').commit('less').write('dump.sql', 'SELECT 1;\nSELECT 2;\n').commit('more');
    const { found, warnings } = await changes(trap);
    expect(found.filter(({ path }) => path === 'dump.sql').map(({ hunks }) => hunks)).toEqual([
      [{ oldStart: 1, oldCount: 0, newStart: 2, newCount: 1 }],
    ]);
    expect(found.filter(({ path, hunks }) => path === 'src/a.ts' && hunks.length > 0)).toHaveLength(4);
    expect(warnings).toEqual(['Changes in history of files with more than 512 KB are left out: 3.']);
  });

  it('copes with a patch longer than any string, sixty changes of a table of 4.6 MB', async () => {
    using trap = ordinaryRepository();
    const importing = Array.from({ length: 60 }, (_, i) => {
      const rows = `${i},${'x'.repeat(70)}\n`.repeat(60_000);
      const message = `row ${i}`;
      return (
        `commit refs/heads/main\ncommitter Ada <a@example.com> ${1_800_000_000 + i} +0000\n` +
        `data ${message.length}\n${message}\n${i === 0 ? `from ${trap.must(['rev-parse', 'HEAD'])}\n` : ''}` +
        `M 100644 inline table.csv\ndata ${rows.length}\n${rows}\n`
      );
    });
    for (const [i, stream] of importing.entries()) {
      const continued = i === 0 ? stream : stream.replace('M 100644', 'from refs/heads/main^0\nM 100644');
      execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: trap.folder, input: continued });
    }
    trap.must(['reset', '--quiet', '--hard']);
    const started = performance.now();
    const { pairs } = await mineRepository({ folder: trap.folder, processes: 0, cachePath: null, history: true });
    expect(pairs.some(({ kind }) => kind === 'history')).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 120_000);
});

it('a damaged blob loses only the changes that involve it, and is reported', async () => {
  using trap = ordinaryRepository(4, 2);
  const before = await changes(trap);
  const { oldBlob: id } = before.found[1]!;
  const file = join(trap.folder, '.git/objects', id.slice(0, 2), id.slice(2));
  chmodSync(file, 0o644);
  const bytes = readFileSync(file);
  writeFileSync(
    file,
    bytes.map((byte, i) => (i > bytes.length / 2 ? byte ^ 0x5a : byte)),
  );
  const { found, warnings } = await changes(trap);
  const expected = before.found.map((change) => (change.oldBlob === id ? { ...change, hunks: [] } : change));
  expect(found).toEqual(expected);
  expect(warnings).toEqual([expect.stringMatching(/^git could not read all of the history: fatal: .+/)]);
});

it.each(['file', 'time'] as const)(
  'a partial clone split by %s is mined without a fetch, and what it lacks is reported',
  async (by) => {
    using origin = ordinaryRepository();
    origin.config(['uploadpack.allowFilter', 'true']);
    using clone = new Trap();
    clone.must(['clone', '--quiet', '--filter=blob:none', `file://${origin.folder}`, '.']);
    clone.config(['remote.origin.uploadpack', clone.program]);
    // git would fetch it.
    clone.plain(['log', '-p']);
    expect(clone.sprung).not.toBe('');
    clone.reset();
    const split = by === 'file' ? { by } : { by, cut: 'HEAD~4' };
    const mining = mineRepository({ folder: clone.folder, processes: 0, cachePath: null, history: true, split });
    if (by === 'file') {
      const { warnings, pairs } = await mining;
      expect(warnings.join()).toMatch(/not in this clone.*changes in history left out: [1-9].*--no-filter/);
      expect(pairs.length).toBeGreaterThan(50);
    } else {
      await expect(mining).rejects.toThrow(/^Too little code.* are needed\. .*not in this clone.*--no-filter/);
    }
    expect(clone.sprung).toBe('');
  },
);

describe('conflict markers that a merge left', () => {
  const conflict = (side: string): string =>
    `${moduleText(side)}\n<<<<<<< HEAD\nexport const oursOf = compute(${side.length}, 'one side of it');\n=======\nexport const theirsOf = 2;\n>>>>>>> feature/x\n`;

  it('are not learned from the working tree or the tree of a cut', async () => {
    using trap = ordinaryRepository();
    trap.write('src/torn.ts', conflict('torn')).commit();
    for (const name of ['p', 'q', 'r', 's'])
      trap
        .write(
          'src/a.ts',
          `${moduleText('parta')}\nexport const ${name}${name} = compute(${name.length}, '${name} it');\n`,
        )
        .commit();
    for (const split of [{ by: 'file' }, { by: 'time', cut: 'HEAD~4' }] as const) {
      const { files, pairs } = await mineRepository({
        folder: trap.folder,
        processes: 0,
        cachePath: null,
        split,
        history: true,
      });
      expect(files.find(({ path }) => path === 'src/torn.ts')?.reason).toBe('merge conflict');
      expect(pairs.some(({ prefix, middle, suffix }) => /oursOf|<{7}/.test(prefix + middle + suffix))).toBe(false);
    }
  });

  it('are not learned from history', async () => {
    using trap = ordinaryRepository(3, 2);
    trap.write('src/torn.ts', moduleText('torn')).commit();
    trap.write('src/torn.ts', conflict('torn')).commit();
    trap.write('src/torn.ts', `${moduleText('torn')}\nexport const oursOf = compute(4, 'one side of it');\n`).commit();
    const found = await additions(trap.folder, { ...all, maxAdditions: 100 });
    expect(found.some(({ path }) => path === 'src/torn.ts')).toBe(false);
    expect(found.length).toBeGreaterThan(2);
  });
});
