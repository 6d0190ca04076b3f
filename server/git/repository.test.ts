import { appendFileSync, rmSync, unlinkSync } from 'node:fs';
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

it('a configuration of many MB is refused by its name and size, in a linked work tree as well', async () => {
  using trap = begun(1);
  const linked = `${trap.folder}-linked`;
  trap.must(['worktree', 'add', '--quiet', linked]);
  const config = join(trap.folder, '.git', 'config');
  appendFileSync(config, '[x "y"]\n'.repeat(1000));
  expect(await findRepository(linked)).toMatchObject({ root: linked });
  appendFileSync(config, '[x "y"]\n'.repeat(600_000));
  const refusal = `${config} has 5 MB, which git reads at every call: more than 4 MB are not read here.`;
  for (const folder of [trap.folder, linked]) await expect(findRepository(folder)).rejects.toThrow(refusal);
  rmSync(linked, { recursive: true });
});
