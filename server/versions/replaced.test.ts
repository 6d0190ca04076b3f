import { expect, it } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import { replacedNote } from './replaced.ts';

const of = (sha256: string) => ({ name: 'chi', manifest: { base: { sha256, name: 'coder' } } }) as StoredAdapter;

it.each<[string, () => Promise<StoredAdapter | null>, RegExp]>([
  ['none', async () => null, /^$/],
  ['one of its base', async () => of('own'), /^$/],
  ['a damaged one', async () => Promise.reject(new Error('no manifest')), /^$/],
  ['one of another base', async () => of('other'), /place of the adapter chi, .* another base, coder: .*rollback\)\.$/],
])('an activation that takes the place of %s says so only if that served with another base', async (_, active, note) =>
  expect(await replacedNote({ active }, 'own')).toMatch(note),
);
