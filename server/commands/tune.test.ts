import { afterEach, expect, test, vi } from 'vitest';
import type { RefitResult } from '../runs/refit.ts';
import { tuneCommand } from './tune.ts';

const refitted: RefitResult = { adapterId: 'a-2', of: 'a-1', pairs: 9, steps: 30, end: 'schedule' };
vi.mock('../runs/refit.ts', () => ({ refit: async () => refitted }));

afterEach(() => {
  vi.restoreAllMocks();
});

test('a refit prints one JSON line with an empty list of bars, since it is measured on nothing', async () => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  expect(await tuneCommand.run(['/code', '--refit', 'a-1', '--json'], new AbortController().signal)).toBe(0);
  expect(printed.map((line) => JSON.parse(line))).toEqual([{ ...refitted, bars: [] }]);
});
