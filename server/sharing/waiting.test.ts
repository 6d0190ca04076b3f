import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { takeLock } from '../storage/lock.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { shareLockOf } from './leftovers.ts';
import { agree, BASE_SHA256, Team } from './testing.ts';

it('says so too if the clock is set back meanwhile', async () => {
  using team = new Team();
  const said: string[] = [];
  const share = await team.person('ann').share({ onWait: (sentence) => void said.push(sentence) });
  await makeStoreFolder(share.store.dir);
  const other = await takeLock(shareLockOf(share.store.dir), 'publishing');
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const listed = share.list();
    await new Promise((resolve) => setTimeout(resolve, 500));
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 20_000 });
    if (other.kind === 'taken') await other.release();
    await listed;
  } finally {
    vi.useRealTimers();
  }
});

it('says within seconds which process it waits for, and lists once that has finished', async () => {
  using team = new Team();
  const ann = team.person('ann');
  const said: string[] = [];
  const share = await ann.share({ onWait: (sentence) => void said.push(sentence) });
  await share.list();
  expect(said).toEqual([]);
  const other = await takeLock(shareLockOf(share.store.dir), 'publishing');
  const listed = share.list();
  await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 20_000 });
  expect(said[0]).toMatch(new RegExp(`process ${process.pid}\\) is publishing here\\. Waiting .*30 s`));
  if (other.kind === 'taken') await other.release();
  expect((await listed).versions).toEqual([]);
  expect(said).toHaveLength(1);
});

it('makes nobody wait while a person reads an offer, or a base is downloaded', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
  const bob = team.person('bob');
  const said: string[] = [];
  const other = await bob.share({ onWait: (sentence) => void said.push(sentence) });
  const seen: string[][] = [];
  const look = async (): Promise<void> => void seen.push((await other.list()).versions.map(({ id }) => id));
  const share = await bob.share({
    findBase: async () => null,
    getBase: async ({ sha256 }) => {
      await look();
      return sha256 === BASE_SHA256 ? team.basePath : null;
    },
  });
  const taken = await share.pull('first-one', async () => {
    await look();
    // The cache is emptied with every deleted version.
    await rm(join(share.store.dir, 'share.git'), { recursive: true });
    return true;
  });
  await share.store.verify(taken);
  expect([seen, said]).toEqual([[['first-one'], ['first-one']], []]);
});

it('takes a version once where two windows were asked about it', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
  const [one, two] = [await team.person('bob').share(), await team.person('bob').share()];
  const taken = await one.pull('first-one', async () => (await two.pull('first-one', agree)).id !== '');
  await one.store.verify(taken);
  expect((await one.store.audit.read()).map(({ action }) => action)).toEqual(['pull']);
});
