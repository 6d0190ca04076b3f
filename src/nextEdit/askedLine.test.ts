import { expect, test } from 'vitest';
import { AskedLine } from './askedLine.ts';

type Step = readonly [line: number, alone: boolean];

test.each<[string, Step, readonly Step[], string]>([
  ['not within the same line', [3, true], [[3, true]], 'nothing'],
  ['in another line', [3, true], [[4, true]], 'ask'],
  ['cancelled when text gets selected', [3, true], [[3, false]], 'cancel'],
  [
    'in the same line once nothing is selected any more',
    [3, true],
    [
      [3, false],
      [3, true],
    ],
    'ask',
  ],
  ['in a line that was entered with a selection, once nothing is selected', [3, false], [[3, true]], 'ask'],
])('when a next edit is requested again: %s', (_, [line, alone], moves, expected) => {
  const asked = new AskedLine();
  asked.asked(line, alone);
  expect(moves.map((move) => asked.moved(...move)).at(-1)).toBe(expected);
});
