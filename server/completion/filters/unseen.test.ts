import { expect, test } from 'vitest';
import { applied } from './testing.ts';
import { unseen } from './unseen.ts';

const dropped = 'dropped: characters that nobody sees';

test.each([
  ['the order of a line turned around', "'user\u202e \u2066// admin only\u2069 \u2066'"],
  ['a blank without width', "'adm\u200bin'"],
  ['a mark of the byte order within', 'is\ufeffAdmin'],
  ['letters of tags', "'a\u{e0061}\u{e0062}'"],
  ['an escape', "'\x1b[2J'"],
])('%s is not offered', async (_, text) => {
  expect(await applied(unseen, 'if (level != ║) {', text)).toBe(dropped);
});

test.each([
  ['lines and tabs', 'a\n\tb\r\n'],
  ['a family of one picture', "'👨\u200d👩\u200d👧'"],
  ['a word of Persian', "'می\u200cخواهم'"],
  ['what is written as an escape', "'\\u202e'"],
])('%s are', async (_, text) => {
  expect(await applied(unseen, 'const x = ║;', text)).toContain('⟦');
});

test('a character that the document has is its own', async () => {
  expect(await applied(unseen, "const RLO = '\u202e';\nconst x = ║;", "'\u202e'")).toContain('⟦');
});
