import { mkdir } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import type { UnusableVersion } from './catalogue.ts';
import { ShareService } from './service.ts';
import { TeamShare } from './teamShare.ts';
import { BASE_SHA256, git, SPEC, Team } from './testing.ts';

it('an editor pulls the very commit it was offered, and is refused one that changed since', async () => {
  using team = new Team();
  const ann = team.person('ann');
  const bob = team.person('bob');
  const service = new ShareService({
    find: async (sha256) => (sha256 === BASE_SHA256 ? team.basePath : null),
    download: async () => null,
  });
  const at = (folder: string) => ({ folder, remote: 'origin', signatures: 'warn' as const });
  await ann.tuned('first-one');
  expect(await service.publish({ ...at(ann.folder), id: 'first-one' })).toMatch(/first-one is now at origin/);
  expect((await service.list(at(bob.folder))).adapters).toMatchObject([
    { id: 'first-one', author: 'ann', here: false },
  ]);
  const offer = await service.offer({ ...at(bob.folder), id: 'first-one' });
  expect(offer).toMatchObject({
    adapter: { newAuthor: true },
    signature: '',
    warning: expect.stringMatching(/^It is not signed; /),
    authorEmail: 'ann@example.org',
  });
  const unwarned = { ...at(bob.folder), signatures: 'off' as const, id: 'first-one' };
  expect(await service.offer(unwarned)).toMatchObject({ signature: 'not signed', warning: null });

  // Somebody with push access replaces it while the person reads.
  for (const ref of team.refs()) git(team.remote, 'update-ref', '-d', ref);
  const eve = team.person('eve');
  await eve.tuned('first-one', { ...SPEC, value: () => 0.5 });
  await service.publish({ ...at(eve.folder), id: 'first-one' });
  const taken = { ...at(bob.folder), id: 'first-one', commit: offer.commit };
  await expect(service.pull(taken)).rejects.toThrow(/changed since it was shown/);
  expect((await service.list(at(bob.folder))).adapters).toMatchObject([{ here: false, author: 'eve' }]);

  const again = await service.offer({ ...at(bob.folder), id: 'first-one' });
  expect(await service.pull({ ...taken, commit: again.commit })).toBe('first-one');
  expect((await service.list(at(bob.folder))).adapters).toMatchObject([{ here: true }]);
});

it('a missing base is looked up through the editor’s proxy', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  const reached: unknown[] = [];
  const service = new ShareService({
    find: async () => null,
    download: async ({ sha256 }, proxy) => {
      reached.push([sha256, proxy]);
      return null;
    },
  });
  const params = { folder: ann.folder, remote: 'origin', signatures: 'warn' as const, id: 'first-one' };
  await service.publish(params);
  const proxy = { proxy: 'http://proxy.example:3128', noProxy: ['internal.example'] };
  expect((await service.offer(params, undefined, proxy)).base).toEqual({ kind: 'missing', sha256: BASE_SHA256 });
  expect(reached).toEqual([[BASE_SHA256, proxy]]);
});

it('an editor is told in one sentence of versions that nobody can use, and only once', async () => {
  using team = new Team();
  const ref = { space: 'refs', set: 'set', id: 'v', kind: 'manifest' } as const;
  const unusable = (count: number, why: UnusableVersion['why']): UnusableVersion[] =>
    Array.from({ length: count }, (_, i) => ({
      ...{ set: 'set', id: `${why}-${i}`, problem: 'it is empty', why },
      ...{ manifestRef: { ref, commit: 'c' }, parts: [] },
    }));
  const list = { versions: [], refs: [], totalBytes: 0, warning: null, trust: new Map() };
  const listing = vi.spyOn(TeamShare.prototype, 'list');
  try {
    const service = new ShareService({ find: async () => null, download: async () => null });
    const { folder } = team.person('ann');
    await mkdir((await AdapterStore.of(folder)).dir);
    const params = { folder, remote: 'origin', signatures: 'warn' as const };
    const told = async (...versions: UnusableVersion[][]): Promise<readonly string[]> => {
      listing.mockResolvedValue({ ...list, unusable: versions.flat() });
      await service.adapters(params);
      return (await service.list(params)).warnings;
    };
    expect(await told(unusable(1000, 'damaged'))).toEqual([
      'At the remote there are 1000 versions that cannot be used: damaged-0 (it is empty), damaged-1 (it is empty), damaged-2 (it is empty), 997 more. ' +
        'Whoever may push there can remove them on the command line: repotune share prune --unusable',
    ]);
    expect(await told(unusable(1000, 'damaged'))).toEqual([]);
    expect(await service.list(params)).toMatchObject({ adapters: [], unusable: 1000, warnings: [] });
    expect(await told(unusable(1001, 'damaged'))).toEqual([
      expect.stringMatching(/^At the remote there is a version .* damaged-1000 /),
    ]);
    const newer = 'Published by a newer release of Repotune: newer-0. Update this one to use it.';
    const untried = '7 versions at the remote could not be fetched. List again to go on.';
    expect(await told(unusable(1, 'newer'), unusable(7, 'untried'))).toEqual([newer, untried]);
    expect(await told(unusable(1, 'newer'), unusable(7, 'untried'))).toEqual([untried]);
  } finally {
    listing.mockRestore();
  }
});
