import { expect, it, vi } from 'vitest';
import { takeLock } from '../storage/lock.ts';
import { shareLockOf } from './leftovers.ts';
import { Team } from './testing.ts';

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
