import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sealOf } from '../storage/machineSeal.ts';
import { authorKey, isKnown, remember } from './authors.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-authors-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('an author with a very long address is remembered without displacing the others', async () => {
  const [ann, long] = ['ann@example.org', `${'x'.repeat(1000)}@example.org`].map((email) =>
    authorKey(email, { kind: 'none' }),
  );
  for (const key of [ann!, long!]) await remember(dir, key);
  expect([await isKnown(dir, ann!), await isKnown(dir, long!)]).toEqual([true, true]);
  expect(await isKnown(dir, authorKey(`${'x'.repeat(1000)}@example.com`, { kind: 'none' }))).toBe(false);
});

it('remembering one author beyond the limit forgets only the first', async () => {
  const known = Array.from({ length: 2000 }, (_, i) => `email ${i}@example.org`);
  const seal = await sealOf('authors', JSON.stringify(known));
  writeFileSync(join(dir, 'authors.json'), JSON.stringify({ format: 1, known, seal }));
  await remember(dir, 'email one-more@example.org');
  const here = ['one-more', '0', '1', '1999'].map((name) => isKnown(dir, `email ${name}@example.org`));
  expect(await Promise.all(here)).toEqual([true, false, true, true]);
});

it.each([
  ['without a seal', {}],
  ['with the seal of another list', { seal: 'of' }],
])('a list of known authors %s is not believed', async (_, { seal: kind }: { seal?: string }) => {
  const known = ['email mallory@example.org'];
  const seal = kind === undefined ? {} : { seal: await sealOf('authors', '["email ann@example.org"]') };
  writeFileSync(join(dir, 'authors.json'), JSON.stringify({ format: 1, known, ...seal }));
  expect(await isKnown(dir, 'email mallory@example.org')).toBe(false);
  await remember(dir, 'email ann@example.org');
  expect(await isKnown(dir, 'email mallory@example.org')).toBe(false);
  expect(await isKnown(dir, 'email ann@example.org')).toBe(true);
});
