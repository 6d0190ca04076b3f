import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { PrivateRepository } from './privateRepository.ts';
import { agree, git, type Person, storeOf, Team } from './testing.ts';

async function holds(person: Person, commit: string): Promise<boolean> {
  const dir = join((await storeOf(person)).dir, 'share.git');
  try {
    execFileSync('git', ['cat-file', '-e', commit], { cwd: dir, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('what was downloaded of a version goes once the version is deleted at the remote', async () => {
  using team = new Team();
  const [ann, bob] = [team.person('ann'), team.person('bob')];
  for (const id of ['first-one', 'second-one']) {
    await ann.tuned(id, undefined, { name: id });
    await (await ann.share()).publish(id);
  }
  const partOf = (id: string): string =>
    git(team.remote, 'rev-parse', team.refs().find((ref) => ref.includes(`/adapter/${id}/`))!).trim();
  const part = partOf('first-one');
  const share = await bob.share();
  await share.pull('first-one', agree);
  await share.list();
  expect(await holds(bob, part)).toBe(true);
  for (const ref of team.refs().filter((one) => one.includes('/first-one'))) git(team.remote, 'update-ref', '-d', ref);
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['second-one']);
  expect(await holds(bob, part)).toBe(false);
  // The adapter itself stays, and so does what is fetched after that.
  expect((await (await storeOf(bob)).find('first-one')).id).toBe('first-one');
  await share.pull('second-one', agree);
  await share.list();
  expect(await holds(bob, partOf('second-one'))).toBe(true);
});

it('a few manifests of deleted versions do not make all others be fetched again', async () => {
  using team = new Team();
  const [ann, bob] = [team.person('ann'), team.person('bob')];
  for (const id of ['first-one', 'second-one']) {
    await ann.tuned(id, undefined, { name: id });
    await (await ann.share()).publish(id);
  }
  const share = await bob.share();
  await share.list();
  for (const ref of team.refs().filter((one) => one.includes('/first-one'))) git(team.remote, 'update-ref', '-d', ref);
  await share.list();
  const fetched = vi.spyOn(PrivateRepository.prototype, 'runWithInput');
  await share.list();
  expect(fetched.mock.calls.filter(([, command]) => command === 'fetch')).toEqual([]);
  fetched.mockRestore();
});
