import { expect, test } from 'vitest';
import { hasJustTyped, wantsSuggestions } from './typedEarly.ts';

test.each([
  ['typed while the window opened', 18, null, 2000, true],
  ['never touched', 1, null, 2000, false],
  ['long edited, and the extension host started again', 900, null, 2000, false],
  ['long edited, and typed since', 901, 500, 2000, true],
  ['typed, and the server came up much later', 18, null, 600_000, false],
  ['typed long before the server came up', 18, 500_000, 600_000, false],
])('%s', (_name, version, sinceChangeMs, sinceActivationMs, expected) => {
  expect(hasJustTyped({ version, sinceChangeMs, sinceActivationMs })).toBe(expected);
});

const wishes = { shown: true, enabled: true, languages: { '*': true } };

test.each([
  ['wanted', wishes, true],
  ['no inline suggestions in the editor', { ...wishes, shown: false }, false],
  ['completions off', { ...wishes, enabled: false }, false],
  ['off in this language', { ...wishes, languages: { '*': true, go: false } }, false],
  ['on in this language alone', { ...wishes, languages: { '*': false, go: true } }, true],
  ['off in every language', { ...wishes, languages: { '*': false } }, false],
  ['no word on languages', { ...wishes, languages: {} }, true],
])('%s', (_name, given, expected) => {
  expect(wantsSuggestions(given, 'go')).toBe(expected);
});
