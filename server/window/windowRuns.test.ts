import { expect, test } from 'vitest';
import type { Runs } from '../runs/runs.ts';
import { WindowRuns, type WindowRunsParts } from './windowRuns.ts';

test('while the base is prepared nobody begins a run unasked', () => {
  let preparing = true;
  const runs = new WindowRuns({
    createRuns: () => ({ isComputing: () => false }) as Runs,
    isPreparing: () => preparing,
  } as Partial<WindowRunsParts> as WindowRunsParts);
  expect([runs.isBusy, runs.going]).toEqual([true, false]);
  preparing = false;
  expect(runs.isBusy).toBe(false);
});
