import { expect, it, vi } from 'vitest';
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
  expect(offer).toMatchObject({ newAuthor: true, signature: 'not signed', authorEmail: 'ann@example.org' });

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

it.each([
  [3, ['v-0', 'v-1', 'v-2']],
  [1000, ['v-0', 'v-1', 'v-2', '997']],
])('of %d versions that cannot be used, an editor is told of a few', async (count, named) => {
  using team = new Team();
  const unusable = Array.from({ length: count }, (_, i) => ({
    ...{ set: 'set', id: `v-${i}`, problem: 'it is empty' },
    why: 'damaged' as const,
  }));
  const list = { versions: [], unusable, refs: [], totalBytes: 0, warning: null };
  const listing = vi.spyOn(TeamShare.prototype, 'list').mockResolvedValue(list);
  try {
    const service = new ShareService({ find: async () => null, download: async () => null });
    const params = { folder: team.person('ann').folder, remote: 'origin', signatures: 'warn' as const };
    expect((await service.list(params)).warnings.map((warning) => warning.split(' ')[0])).toEqual(named);
  } finally {
    listing.mockRestore();
  }
});
