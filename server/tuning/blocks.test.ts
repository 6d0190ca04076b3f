import { expect, it } from 'vitest';
import { adaptedBlocksFor } from './blocks.ts';

const SMALL = 8.4e6;
const LARGE = 5e8;

it.each([
  ['half of them where the time does not do for all of the text once', SMALL, 3e4, 4],
  ['all where it does', SMALL, 4e5, 0],
  ['all of a large base, whatever the time', LARGE, 3e4, 0],
])('%s', (_, parameters, tokens, adapted) =>
  expect(adaptedBlocksFor({ blocks: 8, parameters, datasetTokens: 4e5, tokens })).toBe(adapted),
);

it('an odd number is rounded up', () => {
  expect(adaptedBlocksFor({ blocks: 7, parameters: SMALL, datasetTokens: 1e6, tokens: 1 })).toBe(4);
});
