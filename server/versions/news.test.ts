import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { newsSince } from './news.ts';

const repository = new ScratchRepository();
const at = (name: string): string => repository.git('rev-parse', name).trim();

beforeAll(() => {
  repository.write('a.go', 'a\n').write('b.go', 'b\n').write('gone.go', 'g\n').commit('first');
  repository.write('a.go', 'a\na\n').commit('second');
  repository.git('rm', '--quiet', 'gone.go');
  repository.write('dir/ä b.go', 'c\n').write('b.go', 'b\nb\n').commit('third');
  repository.write('a.go', 'a\na\na\n').commit('fourth');
});
afterAll(() => rmSync(repository.root, { recursive: true, force: true }));

it('gives every commit and every changed path the age of its last change', async () => {
  const news = await newsSince(repository.root, at('HEAD~3'), at('HEAD'));
  expect([...(news?.commits ?? [])]).toEqual([
    [at('HEAD'), 0],
    [at('HEAD~1'), 1],
    [at('HEAD~2'), 2],
  ]);
  expect(Object.fromEntries(news?.paths ?? [])).toEqual({ 'a.go': 0, 'b.go': 1, 'dir/ä b.go': 1 });
});

it('is empty where nothing was committed since', async () => {
  const news = await newsSince(repository.root, at('HEAD'), at('HEAD'));
  expect(news).toEqual({ commits: new Map(), paths: new Map() });
});

it.each(['', '1'.repeat(40)])('is not known from a commit that is not there (%s)', async (from) => {
  expect(await newsSince(repository.root, from, at('HEAD'))).toBeNull();
});

it('is not known from a commit of a branch that was left', async () => {
  repository.git('checkout', '--quiet', '-b', 'side', 'HEAD~2');
  repository.write('side.go', 's\n').commit('aside');
  const side = at('HEAD');
  repository.git('checkout', '--quiet', 'main');
  expect(await newsSince(repository.root, side, at('main'))).toBeNull();
});
