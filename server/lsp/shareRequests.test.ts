import { expect, test, vi } from 'vitest';
import { Requests, type SharedAdapters } from '../protocol.ts';
import { Team } from '../sharing/testing.ts';
import { TestClient } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

test('the server publishes, lists and says in a sentence why it does not', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  const client = await TestClient.start({ folders: [ann.folder] });
  const params = { folder: ann.folder, remote: 'origin', signatures: 'warn' };
  expect(await client.connection.sendRequest(Requests.sharePublish, { ...params, id: 'first-one' })).toMatch(
    /now at origin/,
  );
  const { adapters } = await client.connection.sendRequest<SharedAdapters>(Requests.shareList, params);
  expect(adapters).toMatchObject([{ id: 'first-one', author: 'ann', here: true }]);
  const refused = client.connection.sendRequest(Requests.shareList, { ...params, remote: '--upload-pack=x' });
  await expect(refused).rejects.toThrow(/not the name of a remote/);
  expect(await client.stop()).toBe(0);
});
