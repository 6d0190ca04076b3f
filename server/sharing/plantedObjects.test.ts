import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { agree, git, type Person, SPEC, storeOf, Team } from './testing.ts';
import { keyed, trustSigners } from './testingKeys.ts';

let team: Team;
let carol: Person;
let bob: Person;
let elsewhere: string;

/** A version that carol, who is trusted, has signed; and elsewhere another with its id. */
beforeEach(async () => {
  team = new Team();
  const { person, publicKey } = keyed(team, 'carol');
  carol = person;
  bob = team.person('bob');
  trustSigners(team, `carol@example.org ${publicKey}\n`);
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, '.gitconfig'));
  await carol.tuned('first-one');
  await (await carol.share()).publish('first-one');
  elsewhere = join(team.dir, 'elsewhere.git');
  git(team.dir, 'init', '--quiet', '--bare', elsewhere);
  const mallory = team.person('mallory');
  await mallory.tuned('first-one', { ...SPEC, value: () => 1 });
  await (await mallory.share({ remote: elsewhere })).publish('first-one');
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

const kinds = ['manifest', 'adapter'] as const;

function treeOf(repository: string, kind: (typeof kinds)[number]): string {
  const ref = git(repository, 'for-each-ref', '--format=%(refname)', 'refs/repotune').split('\n');
  return git(repository, 'rev-parse', `${ref.find((one) => one.includes(`/${kind}/`))}^{tree}`).trim();
}

/** All of carol's objects and mallory's, one file each. */
async function plantLoose(): Promise<string> {
  const { store } = await bob.share();
  await (await bob.share()).list();
  const dir = join(store.dir, 'share.git');
  git(dir, 'fetch', '--quiet', team.remote, '+refs/repotune/*:refs/fetched/refs/*');
  git(dir, 'fetch', '--quiet', elsewhere, 'refs/repotune/*:refs/x/*');
  for (const ref of git(dir, 'for-each-ref', '--format=%(refname)', 'refs/x').split('\n').filter(Boolean))
    git(dir, 'update-ref', '-d', ref);
  const packs = join(dir, 'objects', 'pack');
  renameSync(packs, join(team.dir, 'packs'));
  mkdirSync(packs);
  for (const name of readdirSync(join(team.dir, 'packs')).filter((one) => one.endsWith('.pack')))
    execFileSync('git', ['unpack-objects', '-q'], { cwd: dir, input: readFileSync(join(team.dir, 'packs', name)) });
  return dir;
}

const loose = (dir: string, id: string): string => join(dir, 'objects', id.slice(0, 2), id.slice(2));

it.each([
  ['another machine', 'their data'],
  ['this machine, and came back', undefined],
])('a signature vouches for no files that lie in a private repository from %s', async (_, data) => {
  if (data !== undefined) vi.stubEnv('REPOTUNE_DATA', join(team.dir, data));
  const dir = await plantLoose();
  for (const kind of kinds) {
    const [theirs, mine] = [treeOf(team.remote, kind), treeOf(elsewhere, kind)];
    chmodSync(loose(dir, theirs), 0o644);
    copyFileSync(loose(dir, mine), loose(dir, theirs));
  }
  renameSync(dir, join(team.dir, 'archive'));
  cpSync(join(team.dir, 'archive'), dir, { recursive: true });
  if (data !== undefined) vi.stubEnv('REPOTUNE_DATA', join(team.dir, 'own data'));
  const pulled = await (await bob.share({ signatures: 'require' })).pull('first-one', agree);
  const published = await (await storeOf(carol)).find('first-one');
  expect(pulled.manifest).toEqual(published.manifest);
});
