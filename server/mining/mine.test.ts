import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MiningError } from './errors.ts';
import { mineRepository } from './mine.ts';
import { heldOutFraction, heldOutPosition } from './split.ts';
import { moduleText, ScratchRepository } from './testing.ts';

function repository(files = 12): ScratchRepository {
  const scratch = new ScratchRepository();
  for (let i = 0; i < files; i++) scratch.write(`src/module${i}.ts`, moduleText(`part${'abcdefghijklmnop'[i]}`));
  return scratch.commit('first');
}

describe('mineRepository', () => {
  it('gives pairs whose pieces join to the file, with matching byte ranges', async () => {
    using scratch = repository();
    scratch.write('src/umlaut.ts', `// Grüße, 世界 🎈\n${moduleText('größe')}`).commit();
    const { pairs, root } = await mineRepository({ folder: scratch.root });
    expect(pairs.length).toBeGreaterThan(50);
    for (const pair of pairs) {
      const bytes = readFileSync(join(root, pair.path));
      expect(pair.prefix + pair.middle + pair.suffix).toBe(bytes.toString('utf8'));
      expect(bytes.subarray(pair.startByte, pair.endByte).toString('utf8')).toBe(pair.middle);
    }
  });

  it('gives the same digest for the same commit, and another for another seed', async () => {
    using scratch = repository();
    const first = await mineRepository({ folder: scratch.root });
    const copy = join(mkdtempSync(join(tmpdir(), 'repotune-mining-')), 'elsewhere');
    cpSync(scratch.root, copy, { recursive: true });
    expect((await mineRepository({ folder: copy })).digest).toBe(first.digest);
    expect((await mineRepository({ folder: scratch.root, seed: 2 })).digest).not.toBe(first.digest);
  });

  it('holds out by (first commit, path), whatever is committed later', async () => {
    using scratch = repository();
    const before = await mineRepository({ folder: scratch.root });
    scratch.write('src/new.ts', moduleText('fresh')).commit('second');
    const after = await mineRepository({ folder: scratch.root });
    const heldOut = (pairs: typeof before.pairs) =>
      new Set(pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
    expect(after.firstCommit).toBe(before.firstCommit);
    expect([...heldOut(before.pairs)].filter((path) => !heldOut(after.pairs).has(path))).toEqual([]);
    expect(heldOut(before.pairs).size).toBeGreaterThan(0);
    const byHash = after.pairs.filter(({ path }) => heldOutPosition(after.firstCommit, path) < heldOutFraction);
    expect(new Set(byHash.map(({ split }) => split))).toEqual(new Set(['held-out']));
  });

  it('mines only below the folder, with paths from the top of the work tree', async () => {
    using scratch = repository();
    for (let i = 0; i < 4; i++)
      scratch.write(`tools/t${i}.py`, `def f${i}(x):\n    y = x + ${i}\n    return y\n`.repeat(20));
    scratch.commit();
    const { files } = await mineRepository({ folder: join(scratch.root, 'src') });
    expect(files).toHaveLength(12);
    expect(files.every(({ path }) => path.startsWith('src/'))).toBe(true);
  });

  it('works without git, and does not follow links', async () => {
    using scratch = new ScratchRepository({ git: false });
    for (let i = 0; i < 6; i++) scratch.write(`m${i}.ts`, moduleText(`w${'abcdef'[i]}`));
    symlinkSync('.', join(scratch.root, 'loop'));
    const { files, commit, firstCommit } = await mineRepository({ folder: scratch.root });
    expect({ commit, firstCommit }).toEqual({ commit: '', firstCommit: '' });
    expect(files.find(({ path }) => path === 'loop')).toMatchObject({ verdict: 'left-out', reason: 'symbolic link' });
    expect(files).toHaveLength(7);
  });

  it.each([
    ['a missing folder', 'not-a-folder', (scratch: ScratchRepository) => join(scratch.root, 'none')],
    ['a file', 'not-a-folder', (scratch: ScratchRepository) => join(scratch.write('file', 'x').root, 'file')],
    ['a repository with no file', 'empty-repository', (scratch: ScratchRepository) => scratch.root],
    [
      'one small file',
      'too-little-code',
      (scratch: ScratchRepository) => scratch.write('a.ts', moduleText('a', 2)).commit().root,
    ],
    [
      'a bare repository',
      'bare-repository',
      (scratch: ScratchRepository) => {
        scratch.git('init', '--quiet', '--bare', 'bare.git');
        return join(scratch.root, 'bare.git');
      },
    ],
  ])('rejects %s with a MiningError', async (_, problem, prepare) => {
    using scratch = new ScratchRepository();
    const refusal = await mineRepository({ folder: prepare(scratch) }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MiningError);
    expect(refusal).toMatchObject({ problem });
  });

  it('says how much code there is, how much is needed and where the rest went', async () => {
    using scratch = new ScratchRepository();
    scratch.write('a.ts', moduleText('a', 2)).write('b.md', 'text').commit();
    await expect(mineRepository({ folder: scratch.root })).rejects.toThrow(
      /24 lines in 1 source file \(of 2 files\).* at least 200 lines.* are needed\. Left out: unsupported language \(1 file\)\. Open a folder with more code\.$/,
    );
  });

  it('rejects with an AbortError when cancelled', async () => {
    using scratch = repository();
    const controller = new AbortController();
    const run = mineRepository({ folder: scratch.root }, () => controller.abort(), controller.signal);
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });
});
