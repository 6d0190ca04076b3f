import { describe, expect, it } from 'vitest';
import { lineageOf } from '../adapters/lineage.ts';
import type { StoredAdapter } from '../adapters/store.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { PromptOrder } from '../protocol/promptFormat.ts';
import { requireComparable } from './compareVersions.ts';
import { REFIT_SPLIT, SPLIT_RULE } from './describeVersion.ts';
import { splitObjection } from './splitObjection.ts';

function adapter(
  id: string,
  changes: {
    parent?: string;
    base?: string;
    firstCommit?: string;
    split?: string;
    method?: string;
    order?: PromptOrder;
  } = {},
): StoredAdapter {
  const manifest = {
    id,
    parent: changes.parent ?? null,
    base: { sha256: changes.base ?? 'base' },
    dataset: { firstCommit: changes.firstCommit ?? 'first', split: changes.split ?? SPLIT_RULE },
    training: { method: changes.method ?? 'qlora' },
    prompt: { order: changes.order ?? 'suffix-first', repoTokens: true },
  } as Manifest;
  return {
    id,
    name: id,
    manifest,
    dir: '',
    adapterPath: '',
    active: false,
    standing: { kind: 'unjudged' },
    sealed: true,
  };
}

describe('requireComparable', () => {
  it('accepts two versions with the same base, repository and split', () =>
    expect(requireComparable(adapter('a'), adapter('b'))).toBeUndefined());

  it.each([
    [{ base: 'other' }, /base model/],
    [{ firstCommit: 'other' }, /repository/],
    [{ split: 'by file, v0' }, /holds out different files/],
    [{ order: 'prefix-first' as const }, /lays out prompts for this base differently/],
  ])('refuses two versions of which one has %j', (changes, reason) =>
    expect(() => requireComparable(adapter('a'), adapter('b', changes))).toThrow(reason),
  );

  it('refuses one version under two of its names', () =>
    expect(() => requireComparable(adapter('a'), adapter('a'))).toThrow('Choose two different adapters'));

  it.each([
    [{ split: REFIT_SPLIT }, /trained on all files/],
    [{ firstCommit: '', method: 'imported' }, /training data is not known/],
  ])('refuses two versions that both have %j', (changes, reason) =>
    expect(() => requireComparable(adapter('a', changes), adapter('b', changes))).toThrow(reason),
  );
});

describe('splitObjection', () => {
  const cases: [string, StoredAdapter, RegExp | null][] = [
    ['the same rule and repository', adapter('a', { split: SPLIT_RULE }), null],
    ['another repository', adapter('a', { split: SPLIT_RULE, firstCommit: 'other' }), /another repository/],
    ['none before git init', adapter('a', { split: SPLIT_RULE, firstCommit: '' }), /before there was a first commit/],
    ['another rule', adapter('a', { split: 'by file, v0' }), /holds out different files/],
    ['a refit', adapter('a', { split: REFIT_SPLIT }), /trained on all files/],
    ['an import', adapter('a', { split: SPLIT_RULE, firstCommit: '', method: 'imported' }), /was imported/],
    // In a repository without commits and in a folder without git, an import has the same first commit: none.
    ['an import like it', adapter('a', { split: SPLIT_RULE, method: 'imported' }), /was imported/],
  ];
  it.each(cases)('objects unless rule and repository match: %s', (_title, version, expected) => {
    const objection = splitObjection(version, { firstCommit: 'first' });
    if (expected === null) expect(objection).toBeNull();
    else expect(objection).toMatch(expected);
  });
});

describe('lineageOf', () => {
  const line = (adapters: StoredAdapter[], id: string) =>
    lineageOf(adapters, id).map((one) => (typeof one === 'string' ? `${one}?` : one.id));

  it('follows parents to the first', () => {
    expect(line([adapter('a'), adapter('b', { parent: 'a' }), adapter('c', { parent: 'b' })], 'c')).toEqual([
      'c',
      'b',
      'a',
    ]);
  });
  it('names a parent that was deleted', () => expect(line([adapter('c', { parent: 'b' })], 'c')).toEqual(['c', 'b?']));
  it('ends where manifests are each other’s parents', () => {
    expect(line([adapter('a', { parent: 'b' }), adapter('b', { parent: 'a' })], 'a')).toEqual(['a', 'b']);
  });
});
