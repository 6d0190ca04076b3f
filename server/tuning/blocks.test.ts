import { expect, it } from 'vitest';
import { adaptedBlocksFor } from './blocks.ts';

const SMALL = 8.4e6;
const LARGE = 5e8;

it.each([
  ['half of the blocks where time does not suffice for one epoch', SMALL, 3e4, 4],
  ['all blocks where it does', SMALL, 4e5, 0],
  ['all blocks of a large base, whatever the time', LARGE, 3e4, 0],
])('adapts %s', (_, parameters, tokens, adapted) =>
  expect(adaptedBlocksFor({ blocks: 8, parameters, datasetTokens: 4e5, tokens })).toBe(adapted),
);

it('half of an odd number of blocks is rounded up', () => {
  expect(adaptedBlocksFor({ blocks: 7, parameters: SMALL, datasetTokens: 1e6, tokens: 1 })).toBe(4);
});
