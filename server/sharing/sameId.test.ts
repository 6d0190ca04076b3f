import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ShareService } from './service.ts';
import { agree, git, type Person, problem, SPEC, Team } from './testing.ts';
import { keyed, trustSigners } from './testingKeys.ts';

let team: Team;
let ann: Person;
let bob: Person;
let malloryKey: string;
const at = (person: Person) => ({ folder: person.folder, remote: 'origin', signatures: 'warn' as const });
const service = new ShareService({ find: async () => team.basePath, download: async () => null });

/** Repotune publishes no second version with an id that is there; whoever may push can. */
async function publishAnother(): Promise<void> {
  const { person: mallory, publicKey } = keyed(team, 'mallory');
  malloryKey = publicKey;
  const elsewhere = join(team.dir, 'elsewhere.git');
  git(team.dir, 'init', '--quiet', '--bare', elsewhere);
  const changes = { name: 'other', createdAt: '2026-02-01T00:00:00.000Z' };
  await mallory.tuned('first-one', { ...SPEC, value: () => 1 }, changes);
  await (await mallory.share({ remote: elsewhere })).publish('first-one');
  git(elsewhere, 'push', '--quiet', team.remote, 'refs/repotune/*:refs/repotune/*');
}

beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

it('of two versions with one id neither is taken for the other, and both authors are named; a set tells them apart', async () => {
  await publishAnother();
  const { versions } = await (await bob.share()).list();
  expect(versions.map(({ author }) => author.name)).toEqual(['mallory', 'ann']);
  expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(
    /^exists: .*the id first-one: other by mallory <mallory@example.org>, adapter-first-one by ann <ann@example.org>/,
  );
  const mine = await (await bob.share()).pull('adapter-first-one', agree);
  expect(mine.manifest.name).toBe('adapter first-one');
});

it('one with the id of a version that is here does not count as here, whoever has signed it', async () => {
  await (await bob.share()).pull('first-one', agree);
  await publishAnother();
  trustSigners(team, `mallory@example.org ${malloryKey}\n`, `${malloryKey}\n`);
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, '.gitconfig'));
  const { adapters, warnings } = await service.list(at(bob));
  expect(adapters.map(({ author, here, revoked }) => [author, here, revoked])).toEqual([
    ['mallory', false, true],
    ['ann', true, false],
  ]);
  expect(warnings.filter((one) => /revoked/.test(one))).toEqual([]);
});
