import { expect, test } from 'vitest';
import { ServerRestarts } from './serverRestarts.ts';

test.each([
  ['reports a single death', [0], ['told']],
  [
    'restarts without end after deaths far apart, and reports only the first',
    [0, 70, 140, 210],
    ['told', 'silent', 'silent', 'silent'],
  ],
  ['gives up at the third death within a minute', [0, 5, 10], ['told', 'silent', 'given up']],
  ['goes on after two deaths within a minute', [0, 5, 62], ['told', 'silent', 'silent']],
])('%s', async (_name, seconds, expected) => {
  let now = 0;
  const restarts = new ServerRestarts(
    () => now,
    async () => {},
    () => true,
  );
  const seen: string[] = [];
  for (const at of seconds) {
    now = 1000 * at;
    const death = await restarts.died();
    if (death.kind === 'unwanted') throw new Error('It is wanted.');
    seen.push(death.kind === 'give-up' ? 'given up' : death.message === null ? 'silent' : 'told');
  }
  expect(seen).toEqual(expected);
});

test('waits a second before the second restart, so that a broken server keeps no core busy', async () => {
  const waits: number[] = [];
  const restarts = new ServerRestarts(
    () => 0,
    async (ms) => void waits.push(ms),
    () => true,
  );
  await restarts.died();
  await restarts.died();
  expect(waits).toEqual([0, 1000]);
});

test.each([
  ['before it died', false, 0],
  ['while the next start waits', true, 1],
])('a server that is unwanted %s is not restarted, and nothing is reported', async (_when, wantedAtDeath, waits) => {
  let isWanted = wantedAtDeath;
  let waited = 0;
  const restarts = new ServerRestarts(
    () => 0,
    async () => {
      isWanted = false;
      waited += 1;
    },
    () => isWanted,
  );
  expect(await restarts.died()).toEqual({ kind: 'unwanted' });
  expect(waited).toBe(waits);
});
