import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Person, Team } from './testing.ts';

let team: Team;
let bob: Person;
beforeEach(() => {
  team = new Team();
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

/** A repository's store may come out of an archive, with pipes in it. */
it.skipIf(process.platform === 'win32').each(['packed-refs', 'shallow', 'refs/fetched/refs/set/manifest/first-one'])(
  'git does not wait for a pipe in place of %s in the private repository',
  async (name) => {
    const path = join(bob.folder, '.git', 'repotune', 'share.git', name);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync('mkfifo', [path]);
    expect((await (await bob.share()).list()).versions).toEqual([]);
  },
  20_000,
);
