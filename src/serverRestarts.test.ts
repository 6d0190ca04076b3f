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
  );
  const seen: string[] = [];
  for (const at of seconds) {
    now = 1000 * at;
    const death = await restarts.died();
    seen.push(death.kind === 'give-up' ? 'given up' : death.message === null ? 'silent' : 'told');
  }
  expect(seen).toEqual(expected);
});

test('the second start waits a second, so that a server that cannot start keeps no core busy', async () => {
  const waits: number[] = [];
  const restarts = new ServerRestarts(
    () => 0,
    async (ms) => void waits.push(ms),
  );
  await restarts.died();
  await restarts.died();
  expect(waits).toEqual([0, 1000]);
});
