import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapterGguf } from '../adapters/testing.ts';
import { sha256 } from './parts.ts';
import { agree, type Edit, editJson, git, type Person, problem, SPEC, storeOf, Team } from './testing.ts';

/** Where ann has published `first-one`. */
let begun: Team;
let team: Team;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  begun = new Team();
  begun.person('bob');
  const first = begun.person('ann');
  await first.tuned('first-one');
  await (await first.share()).publish('first-one');
});
afterAll(() => begun[Symbol.dispose]());
beforeEach(() => {
  team = begun.copy();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

describe('reading from a hostile remote', () => {
  const tamper = (edit: Edit, kind: 'manifest' | 'adapter'): void => team.tamper(edit, kind);
  it.each<[string, 'manifest' | 'adapter', Edit, RegExp]>([
    [
      'another adapter in its place',
      'adapter',
      (files) => files.set('part', adapterGguf({ ...SPEC, value: () => 9 })),
      /does not match its manifest/,
    ],
    [
      'a part larger than stated',
      'adapter',
      (files) => files.set('part', Buffer.alloc(100_000)),
      /at most \d+ are allowed/,
    ],
    [
      'a truncated part',
      'adapter',
      (files) => files.set('part', files.get('part')!.subarray(0, 100)),
      /does not match its manifest/,
    ],
    [
      'a missing part',
      'adapter',
      (files) => files.set('other', files.get('part')!).delete('part'),
      /^damaged: Part 1 of first-one holds nothing of an adapter at the remote\. Ask its author/,
    ],
    [
      'a manifest with another id',
      'manifest',
      (files) => editJson(files, 'manifest.json', (m) => Object.assign(m, { id: 'another' })),
      /its manifest belongs to another/,
    ],
    [
      'a loss that no model can have',
      'manifest',
      (files) =>
        editJson(files, 'manifest.json', (m) =>
          Object.assign(m, { metrics: { heldOutTokens: 9, heldOutLossBase: 2, heldOutLossTuned: -1 } }),
        ),
      /not valid \(metrics\.heldOutLossTuned\)/,
    ],
    [
      'a path as id',
      'manifest',
      (files) => editJson(files, 'manifest.json', (m) => Object.assign(m, { id: '../../../hooks' })),
      /not valid/,
    ],
    [
      'an unknown manifest field',
      'manifest',
      (files) => editJson(files, 'manifest.json', (m) => Object.assign(m, { run: 'x' })),
      /not valid/,
    ],
    [
      'a name with terminal escapes',
      'manifest',
      (files) => editJson(files, 'manifest.json', (m) => Object.assign(m, { name: '\x1b[2J trust me' })),
      /control characters/,
    ],
    ['a manifest that is not JSON', 'manifest', (files) => files.set('manifest.json', Buffer.from('{')), /not JSON/],
    [
      'a manifest of a megabyte',
      'manifest',
      (files) => files.set('manifest.json', Buffer.alloc(1 << 20, 32)),
      /at most/,
    ],
    [
      'parts that do not add up to the size',
      'manifest',
      (files) =>
        editJson(files, 'parts.json', (p) => Object.assign(p, { parts: [{ sha256: '0'.repeat(64), sizeBytes: 1 }] })),
      /do not add up/,
    ],
    [
      'five hundred parts',
      'manifest',
      (files) =>
        editJson(files, 'parts.json', (p) =>
          Object.assign(p, { parts: Array(500).fill({ sha256: '0'.repeat(64), sizeBytes: 1 }) }),
        ),
      /not valid/,
    ],
    [
      'a size beyond the limit',
      'manifest',
      (files) => editJson(files, 'manifest.json', (m) => Object.assign(m['adapter']!, { sizeBytes: 2 ** 50 })),
      /larger than the limit/,
    ],
  ])('is refused with %s, and nothing is stored', async (_title, kind, edit, reason) => {
    tamper(edit, kind);
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(reason);
    const store = await storeOf(bob);
    expect((await store.list()).adapters).toEqual([]);
    expect(existsSync(join(store.dir, 'pulling'))).toBe(false);
  });

  it.each([
    ['nested too deeply to be written', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['no report', '[1, 2]'],
    ['no JSON', '{'],
  ])('does without the author’s measurements where they are %s', async (_, report) => {
    tamper((files) => files.set('report.json', Buffer.from(report)), 'manifest');
    await (await bob.share()).pull('first-one', agree);
    expect(await (await storeOf(bob)).report('first-one')).toEqual({ shared: null });
  });

  it('lists the good versions beside a bad one', async () => {
    tamper((files) => files.set('manifest.json', Buffer.from('x')), 'manifest');
    await ann.tuned('good-one');
    await (await ann.share()).publish('good-one');
    const list = await (await bob.share()).list();
    expect(list.versions.map(({ id }) => id)).toEqual(['good-one']);
    expect(list.unusable).toMatchObject([{ id: 'first-one', problem: expect.stringMatching(/not JSON/) }]);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'numbers that are not finite',
      adapterGguf({ ...SPEC, value: (index) => (index === 3 ? Number.NaN : 0.1) }),
      /not finite/,
    ],
    [
      'the embeddings as target',
      adapterGguf({ ...SPEC, targets: [{ name: 'token_embd.weight', in: 16, out: 32 }] }),
      /would change/,
    ],
    [
      'tensors that the base lacks',
      adapterGguf({ ...SPEC, targets: [{ name: 'blk.9.attn_q.weight', in: 16, out: 32 }] }),
      /missing/,
    ],
  ])('is refused before it is stored when the hashes fit but the adapter has %s', async (_title, bytes, reason) => {
    const digest = { sha256: sha256(bytes), sizeBytes: bytes.length };
    tamper((files) => files.set('part', bytes), 'adapter');
    tamper((files) => {
      editJson(files, 'manifest.json', (m) => Object.assign(m['adapter']!, digest));
      editJson(files, 'parts.json', (p) => Object.assign(p, { parts: [digest] }));
    }, 'manifest');
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(reason);
    expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
  });

  const broken = (): string => {
    const tree = execFileSync('git', ['mktree'], { cwd: team.remote, input: '', encoding: 'utf8' }).trim();
    const input = `tree ${tree}\nauthor mallory 0 +0000\ncommitter mallory 0 +0000\n\nx\n`;
    const make = ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'];
    return execFileSync('git', make, { cwd: team.remote, input, encoding: 'utf8' }).trim();
  };
  const blob = (): string =>
    execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: team.remote, input: 'x', encoding: 'utf8' }).trim();

  it.each([
    ['a commit that git refuses', broken, /could not finish fetching/],
    ['a blob', blob, /no manifest\.json/],
  ])('lists the good versions beside one that is %s', async (_, made, reason) => {
    for (const id of ['good-two', 'good-three']) {
      await ann.tuned(id);
      await (await ann.share()).publish(id);
    }
    git(team.remote, 'update-ref', 'refs/repotune/set/manifest/bad-one', made());
    for (const person of [ann, bob]) {
      const { versions, unusable } = await (await person.share()).list();
      expect(versions.map(({ id }) => id).sort()).toEqual(['first-one', 'good-three', 'good-two']);
      expect(unusable).toMatchObject([{ id: 'bad-one', problem: expect.stringMatching(reason) }]);
    }
    expect((await (await bob.share()).pull('good-two', agree)).id).toBe('good-two');
  });

  it.each([
    [
      'is a tag in place of a commit',
      (commit: string) =>
        git(team.remote, '-c', 'user.name=m', '-c', 'user.email=m@x.org', 'tag', '-a', '-m', 'x', 'odd', commit),
    ],
    [
      'has another address in its author’s name',
      (commit: string) => {
        const raw = git(team.remote, 'cat-file', 'commit', commit).replace('author ann <', 'author eve\x01ann@x.org <');
        const make = ['hash-object', '-t', 'commit', '-w', '--stdin'];
        const made = execFileSync('git', make, { cwd: team.remote, input: raw, encoding: 'utf8' }).trim();
        git(team.remote, 'update-ref', 'refs/tags/odd', made);
      },
    ],
  ])('reports as unusable a version that %s', async (_, make) => {
    const ref = team.refs().find((one) => one.includes('/manifest/'))!;
    make(git(team.remote, 'rev-parse', ref).trim());
    git(team.remote, 'update-ref', ref, git(team.remote, 'rev-parse', 'refs/tags/odd').trim());
    const { versions, unusable } = await (await bob.share()).list();
    expect(versions).toEqual([]);
    expect(unusable).toMatchObject([{ id: 'first-one', problem: expect.stringMatching(/author/) }]);
  });

  it('prunes what nobody can use, and nothing that a newer release wrote, or a colleague has replaced since', async () => {
    await ann.tuned('a-newer');
    await (await ann.share()).publish('a-newer');
    tamper((files) => editJson(files, 'manifest.json', (m) => Object.assign(m, { format: 2 })), 'manifest');
    const whole = team.refs();
    const put = (id: string, made: string): string =>
      git(team.remote, 'update-ref', `refs/repotune/set/manifest/${id}`, made);
    for (const id of ['odd', 'other']) put(id, blob());
    put('refused', broken());
    const share = await bob.share();
    const at = { dryRun: false, nowMs: 0 };
    expect(await share.prune({ olderThanDays: 1e5 }, at)).toMatchObject({ versions: [], unusable: [] });
    const shown = await share.prune({ unusable: true }, { ...at, dryRun: true });
    expect(shown.versions).toEqual([]);
    expect(shown.unusable.map(({ id }) => id)).toEqual(['odd', 'other', 'refused']);
    put('other', git(team.remote, 'rev-parse', whole.find((ref) => ref.includes('/manifest/first-one'))!).trim());
    await share.prune({ unusable: true }, { ...at, shown });
    expect(team.refs()).toEqual([...whole, 'refs/repotune/set/manifest/other'].sort());
    expect((await share.store.audit.read()).map(({ adapter }) => adapter)).toEqual(['odd', 'refused']);
  });

  it('says what stands where something is published, and what cannot be used where something is wanted', async () => {
    tamper((files) => files.set('manifest.json', Buffer.from('x')), 'manifest');
    await ann.tuned('next-one');
    git(team.remote, 'update-ref', 'refs/repotune/other/manifest/next-one', broken());
    const share = await ann.share();
    for (const id of ['first-one', 'next-one'])
      expect(await problem(share.publish(id))).toMatch(
        /^exists: .* under the id .*-one cannot be used.* share prune --unusable$/,
      );
    expect(await problem(share.pull('adapter-first-one', agree))).toMatch(/^damaged: first-one .* is not JSON\.$/);
    expect(await problem(share.pull('none', agree))).toMatch(/^not-found: .* What is shared there cannot be used\.$/);
    await share.prune({ unusable: true }, { dryRun: false, nowMs: 0 });
    for (const id of ['first-one', 'next-one']) expect((await share.publish(id)).already).toBe(false);
  });

  it('lists what is here beside one that cannot be fetched now, which is not offered to be pruned', async () => {
    const share = await bob.share();
    await share.list();
    await ann.tuned('next-one');
    await (await ann.share()).publish('next-one');
    const next = team.refs().find((one) => one.endsWith('/manifest/next-one'))!;
    const tree = git(team.remote, 'rev-parse', `${next}^{tree}`).trim();
    const lost = join(team.remote, 'objects', tree.slice(0, 2), tree.slice(2));
    const bytes = readFileSync(lost);
    rmSync(lost);
    const { versions, unusable } = await share.list();
    expect([versions.map(({ id }) => id), unusable]).toMatchObject([
      ['first-one'],
      [{ id: 'next-one', why: 'untried' }],
    ]);
    expect((await share.prune({ unusable: true }, { dryRun: true, nowMs: 0 })).unusable).toEqual([]);
    writeFileSync(lost, bytes);
    expect((await share.list()).versions).toHaveLength(2);
  });

  it.each<[string, () => string]>([
    ['a blob', blob],
    ['a tag', () => git(team.remote, 'rev-parse', 'refs/tags/odd').trim()],
  ])(
    'says of a part that is %s that its author is to publish it again, which trying again would not help',
    async (_, made) => {
      const ref = team.refs().find((one) => one.includes('/adapter/'))!;
      git(team.remote, '-c', 'user.name=m', '-c', 'user.email=m@x.org', 'tag', '-a', '-m', 'x', 'odd', blob());
      git(team.remote, 'update-ref', ref, made());
      expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(
        /^damaged: Part 1 of first-one .* Ask its author to publish it again\.$/,
      );
    },
  );

  it('says of a part that is replaced once it was listed to try again', async () => {
    const agreesAfter = async (): ReturnType<typeof agree> => {
      tamper((files) => files.set('part', Buffer.from('x')), 'adapter');
      return await agree();
    };
    const share = await bob.share();
    expect(await problem(share.pull('first-one', agreesAfter))).toMatch(/ changed while it was fetched\. Try again\.$/);
    expect(await problem(share.pull('first-one', agree))).toMatch(/ does not match its manifest\. Ask its author/);
  });

  it('leaves out refs with foreign names', async () => {
    const commit = git(team.remote, 'rev-parse', team.refs()[0]!).trim();
    for (const ref of [
      'refs/repotune/A/manifest/x1',
      'refs/repotune/set/manifest/..a'.replace('..', '-'),
      'refs/repotune/set/other/a1',
      'refs/repotune/set/manifest/a1/b',
    ])
      git(team.remote, 'update-ref', ref, commit);
    const list = await (await bob.share()).list();
    expect([...list.versions, ...list.unusable].map(({ id }) => id)).toEqual(['first-one']);
  });
});
