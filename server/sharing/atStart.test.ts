import { expect, it } from 'vitest';
import { newAtRemote } from './atStart.ts';
import { ShareService } from './service.ts';
import { agree, Team } from './testing.ts';

it('a new adapter at the remote is announced once, and one that is here already never', async () => {
  using team = new Team();
  const ann = team.person('ann');
  const bob = team.person('bob');
  const service = new ShareService({ find: async () => team.basePath, download: async () => null });
  const params = { folder: bob.folder, remote: 'origin', signatures: 'off' as const };
  expect(await newAtRemote(service, params)).toBeNull();
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
  expect(await newAtRemote(service, params)).toMatchObject({
    severity: 'info',
    message: expect.stringMatching(/a new team adapter at origin, by ann/),
    action: { command: 'repotune.getTeamAdapters' },
  });
  expect(await newAtRemote(service, params)).toBeNull();
  await ann.tuned('second-one');
  await (await ann.share()).publish('second-one');
  await (await bob.share()).pull('second-one', agree);
  expect(await newAtRemote(service, params)).toBeNull();
});
