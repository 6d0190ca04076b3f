import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findRepository } from './repository.ts';
import { Trap } from './testing.ts';

function begun(commits: number): Trap {
  const trap = new Trap();
  trap.must(['init', '--quiet', '--initial-branch=main']);
  for (let i = 0; i < commits; i++) trap.write('a.ts', `const a = ${i};\n`).commit();
  return trap;
}

// Files are held out by the first commit: without it, an adapter would be measured on what it has learned.
it.each(['HEAD', 'HEAD~1', 'HEAD~2'])(
  'a repository whose commit %s is missing is refused, not taken for a new one',
  async (name) => {
    using trap = begun(3);
    const id = trap.must(['rev-parse', name]);
    unlinkSync(join(trap.folder, '.git/objects', id.slice(0, 2), id.slice(2)));
    await expect(findRepository(trap.folder)).rejects.toThrow(/git refuses to work in .*It says: /);
  },
);

it('a repository before its first commit has an empty commit id', async () => {
  using trap = begun(0);
  expect(await findRepository(trap.folder)).toMatchObject({ commit: '', firstCommit: '' });
});

it('a detached HEAD is reported as the current commit', async () => {
  using trap = begun(2);
  const first = trap.must(['rev-parse', 'HEAD~1']);
  trap.must(['checkout', '--quiet', '--detach', first]);
  expect(await findRepository(trap.folder)).toMatchObject({ commit: first, firstCommit: first });
});
