import { expect, it } from 'vitest';
import { randomFrom } from '../../server/common/random.ts';
import { bundledModel } from '../../server/models/bundled.ts';
import { fuzz } from './campaign.ts';

// `npm run check:fuzz` runs a hundred thousand, and the native loader with AddressSanitizer after the checks.
it('for 2,000 mutated models no check throws an unexpected error or lets corruption through', async () => {
  const outcome = await fuzz({ mutants: 2000, random: randomFrom(7, 0), modelPath: bundledModel()!, loader: null });
  expect(outcome.faults).toEqual([]);
  expect(outcome.reachedLoader).toBeGreaterThan(200);
  expect(outcome.deaths.size).toBeGreaterThan(25);
});
