import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { resolveRemote } from './remote.ts';
import { git, problem, Team, writeHook } from './testing.ts';

const nowhere = '/nowhere';

test('the displayed address of a remote has no password, while git gets the full one', async () => {
  const url = 'https://ann:word@example.org/app.git';
  expect(await resolveRemote(nowhere, url)).toEqual({ name: 'https://example.org/app.git', url, pushUrl: url });
});

test('the message about a refused address has no password', async () => {
  await expect(resolveRemote(nowhere, 'http://ann:word@example.org/app.git')).rejects.toThrow(
    'The remote\'s address "http://example.org/app.git" is refused: http is not encrypted',
  );
});

test.each(['../remote.git', './inside.git', 'inside.git', 'a/b', '..\\remote.git'])(
  'an address relative to the repository is refused in words that say what to give: %s',
  async (url) => {
    using repository = new ScratchRepository();
    repository.git('remote', 'add', 'origin', url);
    const advice =
      /is refused: a path relative to the repository may lead to a folder that came with it\. .* full path\.$/;
    await expect(resolveRemote(repository.root)).rejects.toThrow(advice);
    if (url.startsWith('.')) await expect(resolveRemote(repository.root, url)).rejects.toThrow(advice);
  },
);

test('a repository that was brought along runs no hooks as the remote, whatever its address', async () => {
  using team = new Team();
  const ann = team.person('ann');
  const inner = join(ann.folder, 'vendor', 'team.git');
  mkdirSync(inner, { recursive: true });
  git(inner, 'init', '--quiet', '--bare');
  writeHook(join(inner, 'hooks'), 'pre-receive', `#!/bin/sh\ntouch "${team.dir}/pwned"\n`);
  symlinkSync(inner, join(team.dir, 'link.git'));
  await ann.tuned('first-one');
  for (const [address, why] of [
    [inner, /lies in the repository itself/],
    [join(ann.folder, 'vendor', 'team'), /lies in the repository itself/],
    [`file://localhost${inner}`, /lies in the repository itself/],
    [`file://${inner.replace('team', '%74eam')}`, /lies in the repository itself/],
    [join(team.dir, 'link.git'), /lies in the repository itself/],
    [join(ann.folder, '.git'), /lies in the repository itself/],
    // git is started in .git/repotune/share.git.
    ['file:///proc/self/cwd/../../../vendor/team.git', /depends on who follows it/],
    ['file:///proc/self/cwd/%2e%2e/%2e%2e/%2e%2e/vendor/team.git', /depends on who follows it/],
    ['file:////%70roc/self/cwd/hooks', /depends on who follows it/],
    ['file:///dev/fd/3/team.git', /depends on who follows it/],
    ['file:///dev/shm/../../proc/self/cwd/hooks', /depends on who follows it/],
    ['file:///proc/self/cwd/%ff', /not a valid URL/],
  ] as const) {
    git(ann.folder, 'config', 'remote.origin.pushUrl', address);
    expect(await problem(ann.share().then((share) => share.publish('first-one')))).toMatch(why);
  }
  expect(existsSync(join(team.dir, 'pwned'))).toBe(false);
});

test("another repository on this disk is a remote, also beside a repository's files that lie elsewhere", async () => {
  using team = new Team();
  const folder = join(team.dir, 'apart');
  git(team.dir, 'init', '--quiet', '--separate-git-dir', join(team.dir, 'apart.git'), folder);
  git(folder, 'remote', 'add', 'origin', team.remote);
  expect((await resolveRemote(folder)).url).toMatch(/remote\.git$/);
  git(folder, 'remote', 'set-url', 'origin', '/dev/shm/team.git');
  expect((await resolveRemote(folder)).url).toBe('file:///dev/shm/team.git');
});
