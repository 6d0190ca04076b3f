import { afterAll, describe, expect, it } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import { ScratchRepository } from '../mining/testing.ts';
import type { Dataset } from '../mining/types.ts';
import { learnedTo } from '../protocol/manifest.ts';
import { changedSince } from '../versions/continuing.ts';
import { cutForMeasuring, cutForTune } from './cuts.ts';

const repository = new ScratchRepository();
const folder = repository.root;
/** Thirty commits, each adding a file of its own; `id(30)` is the newest. */
const id = (count: number): string => repository.git('rev-list', '--reverse', 'HEAD').split('\n')[count - 1]!;
const gone = '1'.repeat(40);
for (let i = 1; i <= 30; i++) repository.write(`${i}.ts`, `${i}`).commit(`${i}`);
afterAll(() => repository[Symbol.dispose]());

function version(commit: string, learned?: string): StoredAdapter {
  const dataset = { commit, ...(learned === undefined ? {} : { learnedTo: learned }) };
  return { id: 'a-version', manifest: { dataset } } as StoredAdapter;
}

describe('a tune learns up to', () => {
  it.each<[string, StoredAdapter | null, number | null]>([
    ['the newest tenth, from scratch', null, 27],
    ['the newest tenth of what is new, from a version that had held out its own newest', version(id(20), id(18)), 28],
    ['all but one of two new commits', version(id(28)), 29],
    ['everything, with a single new commit', version(id(29)), null],
    ['the newest tenth, from a version whose commit is gone', version(gone), 27],
  ])('%s', async (_title, parent, expected) => {
    expect(await cutForTune(folder, parent && learnedTo(parent.manifest))).toBe(
      expected === null ? null : id(expected),
    );
  });
});

it('a tune that continues learns up to a commit that contains what the version has learned, also beyond a merge', async () => {
  using merged = new ScratchRepository();
  for (let i = 1; i <= 20; i++) merged.write(`${i}.ts`, `${i}`).commit(`${i}`);
  merged.git('checkout', '--quiet', '-b', 'feature');
  for (let i = 1; i <= 4; i++) merged.write(`f${i}.ts`, `${i}`).commit(`f${i}`);
  const learned = merged.git('rev-parse', 'HEAD').trim();
  merged.git('checkout', '--quiet', 'main');
  for (let i = 21; i <= 23; i++) merged.write(`${i}.ts`, `${i}`).commit(`${i}`);
  merged.git(
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@b',
    'merge',
    '--quiet',
    '--no-ff',
    '-m',
    'Merge feature',
    'feature',
  );
  expect(await cutForTune(merged.root, learned)).toBeNull();
  for (let i = 24; i <= 29; i++) merged.write(`${i}.ts`, `${i}`).commit(`${i}`);
  expect(await cutForTune(merged.root, learned)).toBe(merged.git('rev-parse', 'HEAD~').trim());
});

describe('versions are measured on what came after', () => {
  it.each<[string, StoredAdapter[], number | null]>([
    ['the usual cut, when none has learned more', [version(id(20)), version(id(30), id(27))], 27],
    ['the latest that one of them has learned', [version(id(30), id(29)), version(id(28))], 29],
    ['nothing, when one has learned everything', [version(id(30))], 30],
    ['an unknown cut, when one has learned commits that are not here', [version(gone)], null],
    ['an unknown cut, for one without commits', [version('')], null],
  ])('%s', async (_title, versions, expected) => {
    expect(
      await cutForMeasuring(
        folder,
        versions.map(({ manifest }) => learnedTo(manifest)),
      ),
    ).toBe(expected === null ? null : id(expected));
  });
});

describe('what has changed since a version', () => {
  const dataset = {
    commit: '',
    pairs: ['21.ts', '5.ts'].map((path) => ({ path, split: 'train' })),
  } as unknown as Dataset;
  it('is what the version has not learned, up to the cut', async () => {
    const changed = await changedSince(folder, version(id(22), id(20)), id(28), { ...dataset, commit: id(30) });
    expect([...changed!].sort()).toEqual(['21.ts', '22.ts', '23.ts', '24.ts', '25.ts', '26.ts', '27.ts', '28.ts']);
  });
  it.each([
    ['there are no new commits', version(id(30), id(20))],
    ['none of them can be learned from', version(id(22))],
  ])('is refused as nothing to learn when %s', async (_title, parent) => {
    await expect(changedSince(folder, parent, id(28), { ...dataset, commit: id(30) })).rejects.toThrow(
      /Nothing to learn has changed since adapter a-version/,
    );
  });
  it('is null, for everything, when git no longer has the commit', async () => {
    expect(await changedSince(folder, version(gone), id(28), { ...dataset, commit: id(30) })).toBeNull();
  });
});
