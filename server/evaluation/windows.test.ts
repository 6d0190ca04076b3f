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
  ['long windows whose losses are known', ['long'], 'long'],
  ['short windows whose losses are known', ['short'], 'short'],
  ['long windows where both are known', ['long', 'short'], 'long'],
] as const)('%s are chosen, and nothing is timed', async (_, known, windows) =>
  expect(await chosen(known, 1000, 60)).toEqual({ windows, timed: [] }),
);

it.each([
  ['long windows where three models score the fewest pairs in time', 19, 60, 'long'],
  ['short windows where they do not', 21, 60, 'short'],
  ['long windows without a time limit', 1000, Number.POSITIVE_INFINITY, 'long'],
] as const)(
  'without known losses, the first windows are timed, and those chosen are %s',
  async (_, least, seconds, windows) => expect(await chosen([], least, seconds)).toEqual({ windows, timed: ['long'] }),
);
