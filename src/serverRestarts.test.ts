import { expect, test } from 'vitest';
import { ServerRestarts } from './serverRestarts.ts';

test.each([
  ['one death is said', [0], ['told']],
  [
    'deaths far apart are started again for ever, and said once',
    [0, 70, 140, 210],
    ['told', 'silent', 'silent', 'silent'],
  ],
  ['the third death within a minute is the last', [0, 5, 10], ['told', 'silent', 'given up']],
  ['two within a minute are not', [0, 5, 62], ['told', 'silent', 'silent']],
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

test('the second start waits a second, so that a server that cannot start keeps no core busy', async () => {
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
])('a server given up %s is not started again, and nothing is said', async (_when, wantedAtDeath, waits) => {
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
