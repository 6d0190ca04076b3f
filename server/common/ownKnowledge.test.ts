import { expect, it } from 'vitest';
import type { OverLayout } from '../protocol/report.ts';
import { ownKnowledge } from './ownKnowledge.ts';
import { shortRunNote } from './shortRun.ts';

const measured: OverLayout = {
  pairs: 60,
  base: 2,
  layout: 1.94,
  tuned: 1.8,
  difference: { mean: -0.14, low: -0.18, high: -0.1 },
};

it.each<[string, Partial<OverLayout>, RegExp]>([
  [
    'what is gained over an adapter of other code is called knowledge',
    {},
    /^On 60 held-out pairs, the loss is 10\.0 % lower than the base's.* is 3\.0 % lower\. The difference, 7\.0 % \(95 % interval 5\.0 % to 9\.0 %\), is knowledge of this repository\.$/,
  ],
  ['an adapter of other code may be worse than the base', { layout: 2.1 }, /not seen your code, is 5\.0 % higher/],
  [
    'a difference that may be chance is not called knowledge',
    { difference: { mean: -0.02, low: -0.06, high: 0.02 } },
    /cannot be told from chance \(1\.0 %, 95 % interval -1\.0 % to 3\.0 %\)/,
  ],
  [
    'a worse loss is no knowledge',
    { difference: { mean: 0.1, low: 0.06, high: 0.14 } },
    /no better than the prepared base/,
  ],
  [
    'what is as good as the base is not called lower, nor zero negative',
    { layout: 2.0001, tuned: 2, difference: { mean: 0.0002, low: -0.06, high: 0.02 } },
    /loss is no lower than the base's, .*, is no lower\. .* chance \(0\.0 %, 95 % interval -1\.0 % to 3\.0 %\)/,
  ],
  ['too few pairs give no verdict', { difference: { mean: -1, low: null, high: null } }, /too few pairs to tell/],
])('%s', (_, changed, expected) => {
  expect(ownKnowledge({ ...measured, ...changed })).toMatch(expected);
});

it.each([
  ['a run that ended early names its number of steps', { steps: 2, end: 'time-limit' }, /only 2 steps, too few/],
  ['one step is named in the singular', { steps: 1, end: 'time-limit' }, /only 1 step, too few/],
  ['enough steps need no note', { steps: 30, end: 'time-limit' }, /^$/],
  ['a repository learned whole in fewer steps needs no note', { steps: 12, end: 'schedule' }, /^$/],
  ['a run without progress is not told to take longer', { steps: 12, end: 'early-stop' }, /^$/],
  ['nor is one that diverged', { steps: 12, end: 'diverged' }, /^$/],
])('%s', (_, run, expected) => {
  expect(shortRunNote(run)).toMatch(expected);
});
