import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PART_BYTES } from './limits.ts';
import { PrivateRepository } from './privateRepository.ts';
import type { PruneRule } from './prune.ts';
import { agree, BASE_SHA256, editJson, git, type Person, problem, SPEC, storeOf, Team } from './testing.ts';

/** Where nothing is shared, and where ann has published `first-one`. */
let empty: Team;
let begun: Team;
let team: Team;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  empty = new Team();
  for (const name of ['ann', 'bob']) empty.person(name);
  begun = empty.copy();
  await begun.person('ann').tuned('first-one');
  await (await begun.person('ann').share()).publish('first-one');
});
afterAll(() => {
  for (const one of [empty, begun, team]) one[Symbol.dispose]();
});
beforeEach(() => startAs(empty));

function startAs(like: Team): void {
  team?.[Symbol.dispose]();
  team = like.copy();
  ann = team.person('ann');
  bob = team.person('bob');
}

const startWithOne = (): void => startAs(begun);

describe('two people and one remote', () => {
  it('list, offer and pull what the other published, inactive and byte for byte', async () => {
    startWithOne();
    const made = await (await storeOf(ann)).find('first-one');
    const share = await bob.share();
    expect((await share.list()).versions.map(({ id, author }) => [id, author.name])).toEqual([['first-one', 'ann']]);
    const offers: unknown[] = [];
    const taken = await share.pull('first-one', async (offer) => {
      offers.push([
        offer.newAuthor,
        offer.version.manifest.metrics?.heldOutLossTuned,
        offer.version.manifest.base.name,
      ]);
      return true;
    });
    expect(offers).toEqual([[true, 1.8, 'base']]);
    expect(readFileSync(taken.adapterPath)).toEqual(readFileSync(made.adapterPath));
    expect(await (await storeOf(bob)).active()).toBeNull();
    expect((await (await storeOf(bob)).audit.read()).map(({ action, adapter }) => [action, adapter])).toEqual([
      ['pull', 'first-one'],
    ]);
  });

  it('leave no refs in an ordinary clone', async () => {
    startWithOne();
    git(team.dir, 'clone', '--quiet', team.remote, 'ordinary');
    expect(git(join(team.dir, 'ordinary'), 'for-each-ref')).toBe('');
    expect(git(ann.folder, 'for-each-ref')).toBe('');
  });

  it('change nothing by publishing the same version a second time', async () => {
    await ann.tuned('first-one');
    const share = await ann.share();
    expect(await share.publish('first-one')).toMatchObject({ already: false, warning: null });
    const refs = team.refs();
    expect((await share.publish('first-one')).already).toBe(true);
    expect(team.refs()).toEqual(refs);
  });

  it('change nothing by publishing a pulled version, which is reported as already there', async () => {
    startWithOne();
    await (await bob.share()).pull('first-one', agree);
    const refs = team.refs();
    expect(await (await bob.share()).publish('first-one')).toMatchObject({ already: true });
    expect(team.refs()).toEqual(refs);
    expect((await (await bob.share()).list()).versions.map(({ author }) => author.name)).toEqual(['ann']);
  });

  it('both succeed in publishing at once; with the same id, only the first does', async () => {
    await ann.tuned('from-ann');
    await bob.tuned('from-bob');
    await Promise.all([(await ann.share()).publish('from-ann'), (await bob.share()).publish('from-bob')]);
    const ids = async (): Promise<string[]> => (await (await ann.share()).list()).versions.map(({ id }) => id).sort();
    expect(await ids()).toEqual(['from-ann', 'from-bob']);
    await ann.tuned('same-id');
    await bob.tuned('same-id', { ...SPEC, value: () => 0.5 });
    const outcomes = await Promise.all([
      problem((await ann.share()).publish('same-id')),
      problem((await bob.share()).publish('same-id')),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome !== 'none')).toMatch(/^exists/);
    const winner = outcomes[0] === 'none' ? 'ann' : 'bob';
    expect((await (await ann.share()).list()).versions.find(({ id }) => id === 'same-id')?.author.name).toBe(winner);
  });

  it('treat an author as new only until the first pull', async () => {
    await ann.tuned('first-one');
    await ann.tuned('second-one');
    const annShare = await ann.share();
    await annShare.publish('first-one');
    await annShare.publish('second-one');
    const share = await bob.share();
    await share.pull('first-one', agree);
    expect((await share.verify('second-one')).newAuthor).toBe(false);
  });

  it('store nothing when the pull is declined', async () => {
    startWithOne();
    expect(await problem((await bob.share()).pull('first-one', async () => false))).toMatch(/^declined/);
    expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
  });

  it('are refused a version for another base, with the name of the base it needs', async () => {
    const base = {
      name: 'a-larger-one',
      architecture: 'llama',
      sha256: 'f'.repeat(64),
      sizeBytes: 1,
      parameters: 1,
      weightType: 'F16',
    };
    await ann.tuned('for-another', SPEC, { base });
    await (await ann.share()).publish('for-another');
    expect(await problem((await bob.share()).pull('for-another', agree))).toMatch(/^wrong-base: .*a-larger-one.*ffff/);
    expect((await (await bob.share()).verify('for-another')).baseHere).toBe(false);
  });

  it('request a missing base by its hash, and pull the version only if they get it', async () => {
    startWithOne();
    const asked: string[] = [];
    const missing = (answer: string | null) => ({
      findBase: async () => null,
      getBase: async ({ sha256 }: { sha256: string }) => {
        asked.push(sha256);
        return answer;
      },
    });
    expect(await problem((await bob.share(missing(null))).pull('first-one', agree))).toMatch(/^wrong-base/);
    expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
    expect((await (await bob.share(missing(team.basePath))).pull('first-one', agree)).id).toBe('first-one');
    expect(asked).toEqual([BASE_SHA256, BASE_SHA256]);
  });

  it('activate a pulled version only once it passed here, or by force, which is recorded', async () => {
    startWithOne();
    await (await bob.share()).pull('first-one', agree);
    const store = await storeOf(bob);
    expect((await store.find('first-one')).standing).toMatchObject({
      kind: 'unmeasured',
      origin: { kind: 'pulled', from: 'ann <ann@example.org>' },
    });
    await expect(store.activate('first-one', 'test')).rejects.toThrow(/ann@example.org.*not been measured.*--activate/);
    await store.keepJudgement(
      await store.find('first-one'),
      { passed: false, reason: 'Kept: no better.', report: null },
      0,
    );
    await expect(store.activate('first-one', 'test')).rejects.toThrow(/did not pass. Kept: no better/);
    expect(await store.active()).toBeNull();
    await store.activate('first-one', 'test', { force: true });
    expect((await store.audit.read()).map(({ action }) => action)).toEqual(['pull', 'activate', 'override']);
    await store.keepJudgement(await store.find('first-one'), { passed: true, reason: 'Better.', report: null }, 0);
    await store.activate('first-one', 'test');
    expect((await store.audit.read()).at(-1)?.action).toBe('activate');
  });

  it('are warned of a remote that holds over a gigabyte, and told how to prune it', async () => {
    startWithOne();
    expect((await (await bob.share()).list()).warning).toBeNull();
    const parts = Array.from({ length: 65 }, () => ({ sha256: '0'.repeat(64), sizeBytes: PART_BYTES }));
    team.tamper((files) => {
      editJson(files, 'parts.json', (envelope) => Object.assign(envelope, { parts }));
      editJson(files, 'manifest.json', (manifest) =>
        Object.assign(manifest['adapter']!, { sizeBytes: parts.length * PART_BYTES }),
      );
    }, 'manifest');
    const first = team.refs().find((ref) => ref.endsWith('/000'))!;
    const commit = git(team.remote, 'rev-parse', first).trim();
    for (let i = 1; i < parts.length; i++)
      git(team.remote, 'update-ref', first.replace(/000$/, String(i).padStart(3, '0')), commit);
    const { warning, totalBytes } = await (await bob.share()).list();
    expect(totalBytes).toBe(65 * 2 ** 24);
    expect(warning).toMatch(/1\.0 GB at the remote.*share prune --keep 10/);
    // Publishing another one tells the user, too.
    await bob.tuned('one-more');
    expect((await (await bob.share()).publish('one-more')).warning).toBe(warning);
  });

  it.each([
    ['remote.origin.pushUrl', (folder: string) => git(folder, 'config', 'remote.origin.pushUrl', team.remote)],
    [
      'url.*.pushInsteadOf',
      (folder: string) => git(folder, 'config', `url.${team.remote}.pushInsteadOf`, 'http://127.0.0.1:1/x.git'),
    ],
  ])('publish and prune at git’s separate push address: %s', async (_, setPush) => {
    await ann.tuned('first-one');
    // To read from there, ann would need a server that does not answer.
    git(ann.folder, 'config', 'remote.origin.url', 'http://127.0.0.1:1/x.git');
    setPush(ann.folder);
    const share = await ann.share();
    await share.publish('first-one');
    expect((await (await bob.share()).list()).versions.map(({ id }) => id)).toEqual(['first-one']);
    expect((await share.prune({ keep: 0 }, { dryRun: false, nowMs: 0 })).versions).toHaveLength(1);
    expect(team.refs()).toEqual([]);
  });

  it('are refused a hostile push address like a hostile fetch address', async () => {
    git(ann.folder, 'config', 'remote.origin.pushUrl', 'ext::sh -c "touch pwned"');
    expect(await problem(ann.share())).toMatch(/^bad-remote: .*names a program/);
  });

  it('share through branches where the host refuses custom refs', async () => {
    git(team.remote, 'config', 'receive.hideRefs', 'refs/repotune');
    await ann.tuned('first-one');
    expect((await (await ann.share()).publish('first-one')).space).toBe('branches');
    expect(team.refs().every((ref) => ref.startsWith('refs/heads/repotune/'))).toBe(true);
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
  });
});

it('SHA-256 repositories are shared like SHA-1 ones, also where the cache was made for SHA-1', async () => {
  using long = new Team('sha256');
  const [carol, dave] = [long.person('carol'), long.person('dave')];
  const made = await carol.tuned('first-one');
  await (await ann.share()).list();
  const [ofAnn, ofCarol] = [await storeOf(ann), await storeOf(carol)];
  cpSync(join(ofAnn.dir, 'share.git'), join(ofCarol.dir, 'share.git'), { recursive: true });
  await (await carol.share()).publish('first-one');
  const taken = await (await dave.share()).pull('first-one', agree);
  expect(readFileSync(taken.adapterPath)).toEqual(readFileSync(made.adapterPath));
  expect(await (await carol.share()).publish('first-one')).toMatchObject({ already: true });
  await (await dave.share()).prune({ keep: 0 }, { dryRun: false, nowMs: 0 });
  expect(long.refs()).toEqual([]);
});

it('a remote that identifies objects in another way is reported as such, with what to do', async () => {
  using long = new Team('sha256');
  const [dave, other] = [long.person('dave'), { remote: pathToFileURL(team.remote).href }];
  for (const person of [ann, dave]) await person.tuned(`by-${person === ann ? 'ann' : 'dave'}`);
  await (await ann.share()).publish('by-ann');
  const said = /^failed: The remote and this repository identify objects differently.*Name another remote/;
  expect(await problem((await dave.share(other)).publish('by-dave'))).toMatch(said);
  expect(await problem((await dave.share(other)).list())).toMatch(said);
});

describe('pruning', () => {
  it('while a colleague publishes leaves that version complete', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one', ({ done, of }) => {
      if (done < of - 1) return;
      for (const ref of team.refs()) git(team.remote, 'update-ref', '-d', ref);
    });
    expect((await (await bob.share()).list()).unusable).toEqual([]);
    expect(await (await bob.share()).pull('first-one', agree)).toMatchObject({ id: 'first-one' });
  });

  const aged = async (id: string, createdAt: string, author = ann): Promise<void> => {
    await author.tuned(id, SPEC, { name: 'set', createdAt });
    await (await author.share()).publish(id);
  };
  let three: Team;
  beforeAll(async () => {
    three = empty.copy();
    await aged('oldest', '2026-01-01T00:00:00.000Z', three.person('ann'));
    await aged('middle', '2026-03-01T00:00:00.000Z', three.person('ann'));
    await aged('newest', '2026-03-02T00:00:00.000Z', three.person('ann'));
  });
  afterAll(() => three[Symbol.dispose]());
  const anyCommit = (): string => git(team.remote, 'rev-parse', team.refs()[0]!).trim();

  it.each<[string, PruneRule, string[]]>([
    ['by count', { keep: 1 }, ['middle', 'oldest']],
    ['by age', { olderThanDays: 30 }, ['oldest']],
    ['by both, only beyond both', { keep: 2, olderThanDays: 1 }, ['oldest']],
    ['without a rule, none', {}, []],
  ])('removes versions, and none in a dry run: %s', async (_title, rule, gone) => {
    startAs(three);
    const nowMs = Date.parse('2026-03-10T00:00:00.000Z');
    const share = await ann.share();
    const before = team.refs();
    expect((await share.prune(rule, { dryRun: true, nowMs })).versions.map(({ id }) => id).sort()).toEqual(gone);
    expect(team.refs()).toEqual(before);
    await share.prune(rule, { dryRun: false, nowMs });
    const left = ['middle', 'newest', 'oldest'].filter((id) => !gone.includes(id));
    expect([...new Set(team.refs().map((ref) => ref.split('/')[4]))].sort()).toEqual(left);
  });

  it('removes the parts that an interrupted publish left', async () => {
    await ann.tuned('first-one');
    const share = await ann.share();
    await share.publish('first-one');
    git(team.remote, 'update-ref', '-d', team.refs().find((ref) => ref.includes('/manifest/'))!);
    expect((await share.prune({}, { dryRun: false, nowMs: 0 })).orphans).toHaveLength(1);
    expect(team.refs()).toEqual([]);
  });

  it('spares versions published while the user was asked, and those they push beyond the limit', async () => {
    await aged('oldest', '2026-01-01T00:00:00.000Z');
    await aged('middle', '2026-03-01T00:00:00.000Z');
    const share = await ann.share();
    const shown = await share.prune({ keep: 1 }, { dryRun: true, nowMs: 0 });
    await aged('newest', '2026-03-02T00:00:00.000Z');
    git(team.remote, 'update-ref', 'refs/repotune/set/adapter/under-way/000', anyCommit());
    const gone = await share.prune({ keep: 1 }, { dryRun: false, nowMs: 0, shown });
    expect(gone).toMatchObject({ versions: [{ id: 'oldest' }], orphans: [] });
    expect([...new Set(team.refs().map((ref) => ref.split('/')[4]))].sort()).toEqual(['middle', 'newest', 'under-way']);
  });

  it('removes more refs than fit into one command line', async () => {
    startWithOne();
    const lost = Array.from({ length: 250 }, (_, i) => `refs/repotune/${'s'.repeat(60)}/adapter/lost/${100 + i}`);
    const commit = anyCommit();
    const input = lost.map((ref) => `create ${ref} ${commit}\n`).join('');
    execFileSync('git', ['update-ref', '--stdin'], { cwd: team.remote, input });
    const run = vi.spyOn(PrivateRepository.prototype, 'run');
    expect((await (await ann.share()).prune({}, { dryRun: false, nowMs: 0 })).orphans).toHaveLength(250);
    // The limit on Windows.
    expect(Math.max(...run.mock.calls.map((args: readonly string[]) => args.join(' ').length))).toBeLessThan(32_000);
    run.mockRestore();
    expect(team.refs()).toHaveLength(2);
  });
});
