import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { includesOf } from './configIncludes.ts';
import { findRepository } from './repository.ts';
import { Trap } from './testing.ts';

it.each<[string, readonly string[]]>([
  ['[include]\n\tpath = more\n', ['/r/.git/more']],
  ['[Include]\n\tPATH=/abs/more ; as an exception\n', ['/abs/more']],
  ['[include] path = "with space#" # and more\n', ['/r/.git/with space#']],
  ['[includeIf "gitdir:/x/"]\npath = ~/more\n', [join(homedir(), 'more')]],
  ['[include]\npath = one\npath = "../t\\"wo"\n', ['/r/.git/one', '/r/t"wo']],
  ['[include]\npath = lo\\\nng\n', ['/r/.git/long']],
  ['[difftool "x"]\npath = /usr/bin/meld\n[core]\npath = a\n', []],
  ['[include]\n# path = a\n; path = b\npath =\npath\n', []],
])('of %j are found: %j', (text, paths) => expect(includesOf(text, '/r/.git/config')).toEqual(paths));

it('what a configuration includes is bounded like it, and is no pipe', async () => {
  using trap = new Trap();
  trap.must(['init', '--quiet', '--initial-branch=main']);
  const [config, more, most] = ['config', 'more', 'most'].map((name) => join(trap.folder, '.git', name)) as [
    string,
    string,
    string,
  ];
  appendFileSync(config, '[include]\n\tpath = more\n');
  writeFileSync(more, '[includeIf "onbranch:other"]\n\tpath = most\n');
  expect(await findRepository(trap.folder)).toMatchObject({ root: trap.folder });
  writeFileSync(most, '[x "y"]\n'.repeat(600_000));
  await expect(findRepository(trap.folder)).rejects.toThrow(`${most} has 5 MB, which git reads at every call`);
  writeFileSync(most, '[include]\n\tpath = more\n');
  expect(await findRepository(trap.folder)).toMatchObject({ root: trap.folder });
  if (process.platform === 'win32') return;
  execFileSync('rm', [most]);
  execFileSync('mkfifo', [most]);
  await expect(findRepository(trap.folder)).rejects.toThrow(`${most} is not a file: git would wait for it.`);
});
