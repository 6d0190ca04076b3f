import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import type { SharedAdapter } from '../protocol/index.ts';
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

it('what a newer release noted is left as it is, and nothing is announced that could not be noted', async () => {
  using team = new Team();
  const params = { folder: team.person('bob').folder, remote: 'origin', signatures: 'off' as const };
  const fresh = { id: 'first-one', author: 'ann', here: false } as SharedAdapter;
  const service = { adapters: async () => [fresh] };
  const { dir } = await AdapterStore.of(params.folder);
  const seen = join(dir, 'shared-seen.json');
  await mkdir(dir);
  await writeFile(seen, '{"format":2}');
  expect(await newAtRemote(service, params)).toBeNull();
  expect(await readFile(seen, 'utf8')).toBe('{"format":2}');
  await rm(seen);
  expect(await newAtRemote(service, params)).toMatchObject({ severity: 'info' });
});
