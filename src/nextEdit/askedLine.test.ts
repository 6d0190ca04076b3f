import { expect, test } from 'vitest';
import { AskedLine } from './askedLine.ts';

type Step = readonly [line: number, alone: boolean];

test.each<[string, Step, readonly Step[], string]>([
  ['within the line nothing is', [3, true], [[3, true]], 'nothing'],
  ['in another line it is', [3, true], [[4, true]], 'ask'],
  ['what was asked is not wanted where text gets selected', [3, true], [[3, false]], 'cancel'],
  [
    'in the same line it is, once nothing is selected any more',
    [3, true],
    [
      [3, false],
      [3, true],
    ],
    'ask',
  ],
  ['in the line that one came back to with text selected it is, once nothing is', [3, false], [[3, true]], 'ask'],
])('whether it is asked again: %s', (_, [line, alone], moves, expected) => {
  const asked = new AskedLine();
  asked.asked(line, alone);
  expect(moves.map((move) => asked.moved(...move)).at(-1)).toBe(expected);
});
