import { expect, test } from 'vitest';
import { clearedText, clearingQuestion } from './cleared.ts';

test.each([
  [{ days: 0, offered: 0 }, 'There were no statistics to clear.'],
  [{ days: 1, offered: 0 }, 'The statistics were cleared. They counted no suggestions.'],
  [
    { days: 1, offered: 1 },
    'The statistics were cleared: the counts of 1 suggestion on 1 day, and what was learned from them.',
  ],
  [
    { days: 17, offered: 1204 },
    'The statistics were cleared: the counts of 1,204 suggestions on 17 days, and what was learned from them.',
  ],
])('says what was cleared for %j', (cleared, text) => {
  expect(clearedText(cleared)).toBe(text);
});

test.each([
  [{ days: 0, offered: 0 }, 'Clear the statistics? No suggestions have been counted.'],
  [{ days: 1, offered: 0 }, 'Clear the statistics? No suggestions have been counted.'],
  [{ days: 2, offered: 3 }, 'Clear the counts of 3 suggestions on 2 days?'],
])('asks before %j are cleared', (cleared, text) => {
  expect(clearingQuestion(cleared)).toBe(text);
});
