import { expect, it, vi } from 'vitest';
import { takeLock } from '../storage/lock.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { shareLockOf } from './leftovers.ts';
import { Team } from './testing.ts';

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
}, 60_000);

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
}, 60_000);
