import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { newsSince } from './news.ts';

const repository = new ScratchRepository();
const at = (name: string): string => repository.git('rev-parse', name).trim();

beforeAll(() => {
  repository.write('a.go', 'a\n').write('b.go', 'b\n').write('gone.go', 'g\n').commit('first');
  repository.write('a.go', 'a\n  a + a\n').commit('second');
  repository.git('rm', '--quiet', 'gone.go');
  repository.write('dir/ä b.go', 'c\n').write('b.go', '++ b/not a path\nb\nb + b\n').commit('third');
  repository.write('a.go', 'fourth()\na\n  a + a\n').commit('fourth');
});
afterAll(() => rmSync(repository.root, { recursive: true, force: true }));

it('gives commits and changed paths their age in commits, and paths their new lines', async () => {
  const news = await newsSince(repository.root, at('HEAD~3'), at('HEAD'));
  expect([...(news?.commits ?? [])]).toEqual([
    [at('HEAD'), 0],
    [at('HEAD~1'), 1],
    [at('HEAD~2'), 2],
  ]);
  const written = [...(news?.written ?? [])].map(([path, { age, lines }]) => [path, age, [...lines]]);
  expect(written).toEqual([
    ['a.go', 0, ['fourth()', 'a + a']],
    ['b.go', 1, ['++ b/not a path', 'b + b']],
    ['dir/ä b.go', 1, ['c']],
  ]);
});

it('knows files whose paths git quotes', async () => {
  const paths = ['a "quoted" name.go', 'back\\slash.go', 'ä\t"tab".go', 'line\nbreak.go', 'bell\u0007\u007f.go'];
  repository.git('checkout', '--quiet', '-b', 'quoted', 'HEAD');
  for (const path of paths) repository.write(path, `in ${path.length}\n`);
  repository.commit('quoted');
  const news = await newsSince(repository.root, at('main'), at('quoted'));
  repository.git('checkout', '--quiet', 'main');
  const lines = Object.fromEntries([...(news?.written ?? [])].map(([path, written]) => [path, [...written.lines]]));
  expect(lines).toEqual(Object.fromEntries(paths.map((path) => [path, [`in ${path.length}`]])));
});

it('is empty where nothing was committed since', async () => {
  const news = await newsSince(repository.root, at('HEAD'), at('HEAD'));
  expect(news).toEqual({ commits: new Map(), written: new Map() });
});

it.each(['', '1'.repeat(40)])('is null from a commit that does not exist (%s)', async (from) => {
  expect(await newsSince(repository.root, from, at('HEAD'))).toBeNull();
});

it('is null from a commit that is not an ancestor', async () => {
  repository.git('checkout', '--quiet', '-b', 'side', 'HEAD~2');
  repository.write('side.go', 's\n').commit('aside');
  const side = at('HEAD');
  repository.git('checkout', '--quiet', 'main');
  expect(await newsSince(repository.root, side, at('main'))).toBeNull();
});
