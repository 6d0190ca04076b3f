import { mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { forgetFile } from './learning.ts';
import { rulesState, rulesWrittenMs } from './rulesState.ts';
import { ScratchRepository } from './testing.ts';

it('tells a change to any file of rules, and nothing else', async () => {
  using scratch = new ScratchRepository();
  scratch.write('lib/inner/a.ts', 'export const a = 1;\n').write('.gitignore', 'out/\n').commit('first');
  const folder = join(scratch.root, 'lib', 'inner');
  let before = await rulesState(folder);
  const differs = async (): Promise<boolean> => {
    const now = await rulesState(folder);
    const result = now !== before;
    before = now;
    return result;
  };
  scratch.write('lib/inner/b.ts', 'export const b = 1;\n').write('README.md', '# Read me\n');
  expect(await differs()).toBe(false);
  for (const path of [
    '.cursorignore',
    '.repotuneignore',
    'lib/.aiexclude',
    'lib/inner/.gitattributes',
    '.cody/ignore',
  ]) {
    scratch.write(path, 'private/\n');
    expect([path, await differs()]).toEqual([path, true]);
  }
  scratch.write('.gitignore', 'out/\nprivate/\n').write('.git/info/exclude', 'mine/\n');
  expect(await differs()).toBe(true);
  await forgetFile(await storeLocation(scratch.root), 'lib/inner/a.ts');
  expect(await differs()).toBe(true);
  rmSync(join(scratch.root, '.cursorignore'));
  expect(await differs()).toBe(true);
  expect(await differs()).toBe(false);
});

afterEach(() => void vi.unstubAllEnvs());

it('tells a change to the lists of the user’s own for all repositories, also behind a link', async () => {
  using scratch = new ScratchRepository();
  using home = new ScratchRepository({ git: false });
  scratch.write('a.ts', 'export const a = 1;\n').commit('first');
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(home.root, 'config'));
  vi.stubEnv('XDG_CONFIG_HOME', home.root);
  home.write('config', `[core]\n\texcludesFile = ${join(home.root, 'own.list')}\n`).write('kept/list', 'a\n');
  symlinkSync('kept/list', join(home.root, 'own.list'));
  scratch.git('config', 'core.excludesFile', join(home.root, 'theirs.list'));
  const states = [await rulesState(scratch.root)];
  for (const path of ['kept/list', 'theirs.list', 'git/attributes']) {
    home.write(path, 'private/\n');
    states.push(await rulesState(scratch.root));
  }
  expect(new Set(states).size).toBe(4);
  home.write('git/other', 'private/\n');
  expect(await rulesState(scratch.root)).toBe(states.at(-1));
});

it('tells when git’s rules were last written in the folders on the way to a path', () => {
  using scratch = new ScratchRepository();
  scratch.write('lib/inner/a.ts', 'export const a = 1;\n').write('lib/b.ts', 'export const b = 1;\n');
  const written = (...paths: string[]): number => rulesWrittenMs(scratch.root, paths);
  expect(written('lib/inner/a.ts', 'c.ts')).toBe(0);
  scratch.write('lib/inner/.gitignore', 'x\n').write('.gitignore', 'x\n');
  expect(written('lib/b.ts')).toBe(0);
  const first = written('lib/b.ts', 'lib/inner/a.ts');
  expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
  // As a copy that keeps its time.
  scratch.write('lib/.gitattributes', 'x binary\n');
  utimesSync(join(scratch.root, 'lib/.gitattributes'), 0, 0);
  expect(written('lib/b.ts')).toBeGreaterThanOrEqual(first);
});

it('is the same for a folder without git, and one that is gone', async () => {
  using scratch = new ScratchRepository({ git: false });
  mkdirSync(join(scratch.root, 'src'));
  const before = await rulesState(scratch.root);
  scratch.write('src/a.ts', 'export const a = 1;\n');
  expect(await rulesState(scratch.root)).toBe(before);
  expect(await rulesState(join(scratch.root, 'gone'))).toBe('');
});
