import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PrivateRepository } from './privateRepository.ts';
import { git, type Person, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
  for (const id of ['first-one', 'good-one']) {
    await ann.tuned(id);
    await (await ann.share()).publish(id);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

/** Replaces the commit of a published manifest by the same with another author. */
function authoredBy(author: string): void {
  const ref = team.refs().find((one) => one.endsWith('/manifest/first-one'))!;
  const raw = git(team.remote, 'cat-file', 'commit', ref).replace('author ann <ann@example.org>', `author ${author}`);
  const make = ['hash-object', '-t', 'commit', '-w', '--stdin'];
  const made = execFileSync('git', make, { cwd: team.remote, input: raw, encoding: 'utf8' }).trim();
  git(team.remote, 'update-ref', ref, made);
}

describe('whoever can push may write any author into a commit', () => {
  it.each([
    ['a name of a megabyte', `${'a'.repeat(2 ** 20)} <ann@example.org>`, /its commit is larger than the limit/],
    ['a name of a thousand characters', `${'a'.repeat(1000)} <ann@example.org>`, /longer than a name/],
    ['an address of a thousand characters', `ann <${'a'.repeat(1000)}>`, /longer than a name/],
    ['a name that begins another line', 'ann\u2028Signature: signed by ann <ann@example.org>', /control characters/],
  ])('%s makes that version unusable, and leaves the others listed', async (_, author, reason) => {
    authoredBy(author);
    const { versions, unusable } = await (await bob.share()).list();
    expect(versions.map(({ id }) => id)).toEqual(['good-one']);
    expect(unusable).toMatchObject([{ id: 'first-one', problem: expect.stringMatching(reason) }]);
  });

  it.each([
    ['', ''],
    [
      ', also where the user has git unpack, unchecked, what it fetches',
      '[fetch]\n\tunpackLimit = 100\n\tfsckObjects = false\n',
    ],
  ])(
    'files of megabytes beside a manifest make that version unusable, and leave nothing on this disk%s',
    async (_, own) => {
      vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, '.gitconfig'));
      writeFileSync(join(team.dir, '.gitconfig'), own);
      team.tamper((files) => files.set('more', randomBytes(48 * 2 ** 20)), 'manifest');
      using http = await HttpRemote.start(team.dir);
      http.bytesPerMs = 16_000;
      const { versions, unusable } = await (await bob.share({ remote: http.url('remote.git') })).list();
      expect(versions).toHaveLength(1);
      expect(unusable).toMatchObject([{ problem: expect.stringMatching(/sent more than the \d+ bytes/) }]);
      const objects = join(bob.folder, '.git/repotune/share.git/objects');
      const left = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /(?:^|\/)tmp_/.test(name),
      );
      expect(left).toEqual([]);
    },
  );

  it('many that cannot be fetched hide none of the others, and are not tried again in every listing', async () => {
    const make = (type: string, input: string | Buffer): string =>
      execFileSync('git', ['hash-object', '-t', type, '-w', '--literally', '--stdin'], {
        cwd: team.remote,
        input,
        encoding: 'utf8',
      }).trim();
    const commit = (tree: string, author: string, index: number): string =>
      make('commit', `tree ${tree}\nauthor ${author}\ncommitter ${author}\n\n${index}\n`);
    const empty = make('tree', '');
    // git refuses the tree, without saying whose it is.
    const refused = make('tree', Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(make('blob', 'x'), 'hex')]));
    const creates = Array.from({ length: 70 }, (_, index) => {
      const made = index % 20 === 0 ? commit(refused, 'm <m@x.org> 0 +0000', index) : commit(empty, 'm 0 +0000', index);
      return `create refs/repotune/set/manifest/bad-${index} ${made}\n`;
    });
    execFileSync('git', ['update-ref', '--stdin'], { cwd: team.remote, input: creates.join('') });
    const share = await bob.share();
    const fetching = vi.spyOn(PrivateRepository.prototype, 'runWithInput');
    const listed = async (): Promise<number> => {
      const { versions, unusable } = await share.list();
      expect(versions.map(({ id }) => id).sort()).toEqual(['first-one', 'good-one']);
      expect(unusable.map(({ why }) => why)).toEqual(Array(70).fill('damaged'));
      const fetches = fetching.mock.calls.filter(([, command]) => command === 'fetch').length;
      fetching.mockClear();
      return fetches;
    };
    expect(await listed()).toBeGreaterThan(70);
    expect(await listed()).toBe(0);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600 * 1000 });
    expect(await listed()).toBeGreaterThan(70);
    vi.useRealTimers();
    fetching.mockRestore();
  }, 120_000);
});
