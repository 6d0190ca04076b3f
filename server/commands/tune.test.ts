import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { RefitResult } from '../runs/refit.ts';
import type { watchedRun } from '../runs/watchedRun.ts';
import { tuneCommand } from './tune.ts';

const result = {
  adapterId: 'a-1',
  folder: '/code',
  pairs: 200,
  heldOutPairs: 24,
  training: null,
  sample: null,
  heldOutLossBase: 2,
  heldOutLossTuned: 1.96,
  minutes: 20,
  reason: 'Kept, not activated: it may be chance.',
};
const refitted: RefitResult = { adapterId: 'a-2', of: 'a-1', pairs: 9, steps: 30, end: 'schedule' };
vi.mock('../models/servingOnce.ts', () => ({
  ServingOnce: class {
    load = async () => ({ model: { parameters: 494e6 } });
    dispose = async () => {};
  },
}));
vi.mock('../runs/watchedRun.ts', () => ({
  watchedRefit: async () => ({ kind: 'done', result: refitted }),
  watchedRun: async (...[, { modelPath }, { serving }]: Parameters<typeof watchedRun>) => {
    await serving(modelPath, 'auto');
    return { kind: 'done', result };
  },
}));

afterEach(() => {
  vi.restoreAllMocks();
});

test('a refit prints one JSON line with an empty list of bars, since it is measured on nothing', async () => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  expect(await tuneCommand.run(['/code', '--refit', 'a-1', '--json'], new AbortController().signal)).toBe(0);
  expect(printed.map((line) => JSON.parse(line))).toEqual([{ ...refitted, bars: [] }]);
});

test.each([
  [[], 30],
  [['--size', 'quick'], 10],
  [['--minutes', '45'], 45],
  [['--minutes', '2'], 5],
])('a run with %j on a base for daily work, deleted meanwhile, is judged by %d minutes', async (args, bar) => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const asked = ['/code', '--model', '/no-longer/there.gguf', '--json', ...args];
  expect(await tuneCommand.run(asked, new AbortController().signal)).toBe(0);
  expect(JSON.parse(printed[0]!).bars[1]).toMatchObject({ name: 'minutes', value: 20, bar });
});

test('a run ends with its verdict for a person, and with figures and bars for a program', async () => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  const asked = ['/code', '--model', '/there.gguf'];
  expect(await tuneCommand.run(asked, new AbortController().signal)).toBe(0);
  expect(printed.join('\n')).toMatch(
    /1\.9600 nats per token \(-2\.0 %\)[\s\S]*\nKept, not activated: it may be chance\.$/,
  );
  // A short run learns a part of them, as its tokens say.
  expect(printed.join('\n')).toMatch(/^pairs +\d+ to learn, /m);
  expect(await tuneCommand.run([...asked, '--json'], new AbortController().signal)).toBe(0);
  expect(JSON.parse(printed.at(-1)!).bars[0]).toMatchObject({ name: 'held-out-loss-fall-percent', op: '>=', bar: 5 });
});

test.each([
  [['--resume', '--minutes', '3'], '--minutes'],
  [['--resume', '--rank', '8'], '--rank'],
  [['--resume', '--refit', 'a-1'], '--refit'],
])('a run resumed with %j is refused, as it goes on as it was begun', async (args, flag) => {
  await expect(tuneCommand.run(['/code', ...args], new AbortController().signal)).rejects.toThrow(
    `--resume continues a run as it was begun: leave ${flag} out`,
  );
});

test('without an interrupted run there is none to resume', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-none-'));
  await expect(tuneCommand.run([folder, '--resume'], new AbortController().signal)).rejects.toThrow(
    `There is no interrupted tune of ${folder} to continue`,
  );
  rmSync(folder, { recursive: true });
});
