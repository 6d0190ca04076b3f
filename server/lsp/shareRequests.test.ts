import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Notifications, Requests, type SharedAdapters } from '../protocol/index.ts';
import { Team } from '../sharing/testing.ts';
import { TestClient, until } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

test('the server publishes and lists adapters, and refuses an invalid remote name with a message', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  const client = await TestClient.start({ folders: [ann.folder] });
  const params = { folder: ann.folder, remote: 'origin', signatures: 'warn' };
  const told: unknown[] = [];
  client.connection.onNotification(Notifications.shareProgress, (progress) => void told.push(progress));
  expect(await client.connection.sendRequest(Requests.sharePublish, { ...params, id: 'first-one' })).toMatch(
    /now at origin/,
  );
  expect(told).toContainEqual({ adapterId: 'first-one', message: '1 of 2 pieces sent' });
  const { adapters } = await client.connection.sendRequest<SharedAdapters>(Requests.shareList, params);
  expect(adapters).toMatchObject([{ id: 'first-one', author: 'ann', here: true }]);
  const refused = client.connection.sendRequest(Requests.shareList, { ...params, remote: '--upload-pack=x' });
  await expect(refused).rejects.toThrow(/not the name of a remote/);
  expect(await client.stop()).toBe(0);
});

test('at start, the remote of each folder that allows it is checked, and the notice and its action name the folder', async () => {
  using team = new Team();
  const [ann, ben, cleo, dan] = ['ann', 'ben', 'cleo', 'dan'].map((name) => team.person(name));
  await ann!.tuned('first-one');
  await (await ann!.share()).publish('first-one');
  execFileSync('git', ['remote', 'rename', 'origin', 'upstream'], { cwd: cleo!.folder });
  const client = await TestClient.start({
    folders: [ben!.folder, cleo!.folder, dan!.folder],
    settingsIn: (folder) => ({
      completions: { enabled: false },
      sharing: { checkAtStart: folder !== dan!.folder, remote: folder === cleo!.folder ? 'upstream' : 'origin' },
    }),
  });
  try {
    await until(() => client.notices.length >= 2, 'the news of two folders');
    expect(client.notices.map(({ message, action }) => [message, action?.folder])).toEqual([
      [
        `${basename(ben!.folder)}: There is a new team adapter at origin, by ann. Nothing has been downloaded.`,
        ben!.folder,
      ],
      [
        `${basename(cleo!.folder)}: There is a new team adapter at upstream, by ann. Nothing has been downloaded.`,
        cleo!.folder,
      ],
    ]);
  } finally {
    expect(await client.stop()).toBe(0);
  }
});
