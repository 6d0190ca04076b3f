import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { GitFailed } from './errors.ts';
import { fetchEach } from './fetchEach.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { refName } from './refs.ts';
import type { RemoteRef } from './transfer.ts';

const dir = mkdtempSync(join(tmpdir(), 'repotune-fetch-'));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

const refs = (count: number, set = 'set'): RemoteRef[] =>
  Array.from({ length: count }, (_, i) => ({
    ref: { space: 'refs', set, id: `v-${i}`, kind: 'manifest' },
    commit: `${set}-${i}`,
  }));

/** A remote of which `isBad` refs make every fetch fail. */
function remote(isBad: (name: string) => boolean, words = 'fatal: no') {
  const fetched: string[] = [];
  const fetch = async (input: string): Promise<string> => {
    const names = input.split('\n').flatMap((line) => /^\+([^:]+):/.exec(line)?.[1] ?? []);
    if (names.some(isBad)) throw new GitFailed(words);
    fetched.push(...names);
    return '';
  };
  const repository = { dir, abortable: () => ({ runWithInput: fetch }) } as unknown as PrivateRepository;
  return { repository, fetched };
}

it('fetches whole sets beside one that is full of bad refs, and finds some of those before time is up', async () => {
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(1e6);
  const bad = refs(4000, 'bad').map(({ ref }) => refName(ref));
  const { repository, fetched } = remote((name) => name.includes('/bad/'));
  const { problems, untried } = await fetchEach(repository, '', [...refs(4000, 'bad'), ...refs(50, 'good')], 1e9);
  expect(fetched).toHaveLength(50);
  expect(problems.size).toBeGreaterThan(10);
  expect(new Set([...problems.keys(), ...untried.keys()])).toEqual(new Set(bad));
});

it('finds scattered bad refs however many others there are', async () => {
  const all = refs(3000);
  const isBad = (name: string): boolean => /-(7|555|1234|1235|2999)$/.test(name);
  const { repository, fetched } = remote(isBad);
  const { problems, untried } = await fetchEach(repository, '', all, 1e9);
  expect([...problems.keys()].sort()).toEqual(
    all
      .map(({ ref }) => refName(ref))
      .filter(isBad)
      .sort(),
  );
  expect([fetched.length, untried.size]).toEqual([2995, 0]);
});

it('blames no ref for what may be the fault of the remote', async () => {
  const none = await fetchEach(remote(() => true).repository, '', refs(1), 1e9);
  expect([none.problems.size, none.untried.size]).toEqual([0, 1]);
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(1e6);
  const all = await fetchEach(remote(() => true).repository, '', refs(5000), 1e9);
  expect([all.problems.size, all.untried.size]).toEqual([0, 5000]);
  const refused = remote(() => true, `error: object ${'0'.repeat(40)}: badEmail`);
  expect((await fetchEach(refused.repository, '', refs(1), 1e9)).problems.size).toBe(1);
});
