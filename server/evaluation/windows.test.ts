import { expect, it } from 'vitest';
import type { Windows } from '../prompt/heldOutWindows.ts';
import { openFitting } from './windows.ts';

/** `known`: windows in which the base's losses are cached; `leastSeconds`: time for the fewest long pairs under one model. */
const chosen = async (known: readonly Windows[], leastSeconds: number, seconds: number) => {
  const timed: Windows[] = [];
  const { windows } = await openFitting(
    async (windows) => ({
      windows,
      isKnown: async () => known.includes(windows),
      leastSeconds: async () => {
        timed.push(windows);
        return leastSeconds;
      },
    }),
    3,
    seconds,
  );
  return { windows, timed };
};

it.each([
  ['those that a run on a fast machine measured with', ['long'], 'long'],
  ['those that a run on a slow machine measured with', ['short'], 'short'],
  ['the longer of both', ['long', 'short'], 'long'],
] as const)('%s are taken, and nothing is timed', async (_, known, windows) =>
  expect(await chosen(known, 1000, 60)).toEqual({ windows, timed: [] }),
);

it.each([
  ['in time', 19, 60, 'long'],
  ['not in time', 21, 60, 'short'],
  ['in any time', 1000, Number.POSITIVE_INFINITY, 'long'],
] as const)(
  'where none were, and three models get through the fewest pairs %s: %s',
  async (_, least, seconds, windows) => expect(await chosen([], least, seconds)).toEqual({ windows, timed: ['long'] }),
);
