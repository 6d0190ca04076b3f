import { expect, test } from 'vitest';
import { hasJustTyped, wantsSuggestions } from './typedEarly.ts';

test.each([
  ['typed while the window opened', 18, true],
  ['never touched', 1, false],
  ['edited long before the extension host restarted', 900, false],
])('tells whether a document was just typed in: %s', (_name, version, expected) => {
  expect(hasJustTyped(version)).toBe(expected);
});

const wishes = { shown: true, enabled: true, languages: { '*': true } };

test.each([
  ['everything on', wishes, true],
  ['no inline suggestions in the editor', { ...wishes, shown: false }, false],
  ['completions off', { ...wishes, enabled: false }, false],
  ['off in this language', { ...wishes, languages: { '*': true, go: false } }, false],
  ['on in this language alone', { ...wishes, languages: { '*': false, go: true } }, true],
  ['off in every language', { ...wishes, languages: { '*': false } }, false],
  ['no setting for any language', { ...wishes, languages: {} }, true],
])('tells whether suggestions are wanted: %s', (_name, given, expected) => {
  expect(wantsSuggestions(given, 'go')).toBe(expected);
});
