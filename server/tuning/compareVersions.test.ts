import { describe, expect, it } from 'vitest';
import { lineageOf } from '../adapters/lineage.ts';
import type { Manifest } from '../adapters/manifest.ts';
import type { StoredAdapter } from '../adapters/store.ts';
import { requireComparable } from './compareVersions.ts';

function adapter(
  id: string,
  changes: { parent?: string; base?: string; firstCommit?: string; split?: string } = {},
): StoredAdapter {
  const manifest = {
    id,
    parent: changes.parent ?? null,
    base: { sha256: changes.base ?? 'base' },
    dataset: { firstCommit: changes.firstCommit ?? 'first', split: changes.split ?? 'v1' },
  } as Manifest;
  return { id, name: id, manifest, dir: '', adapterPath: '', active: false, standing: { kind: 'unjudged' } };
}

describe('requireComparable', () => {
  it('takes two that share base, repository and split', () =>
    expect(requireComparable(adapter('a'), adapter('b'))).toBeUndefined());

  it.each([
    [{ base: 'other' }, /base model/],
    [{ firstCommit: 'other' }, /repository/],
    [{ split: 'v2' }, /rule of what is held out/],
  ])('refuses %j', (changes, reason) =>
    expect(() => requireComparable(adapter('a'), adapter('b', changes))).toThrow(reason),
  );
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
  it('ends where manifests name each other', () => {
    expect(line([adapter('a', { parent: 'b' }), adapter('b', { parent: 'a' })], 'a')).toEqual(['a', 'b']);
  });
});
