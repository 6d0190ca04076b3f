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
  ['a letter that is drawn as nothing', 'level, \u3164'],
  ['one of half the width', 'level, \uffa0'],
  ['the beginning of a syllable that has none', 'level, \u115f'],
  ['a blank of Braille', "'\u2800'"],
  ['bytes written as variations', "'\u{e0110}\u{e0168}\u{e01ef}'"],
  ['bytes written as variations of the first sixteen', "'\ufe01\ufe07'"],
  ['how a picture is drawn, without one', "'a\ufe0f'"],
  ['a hyphen that is not there', 'is\u00adAdmin'],
  ['a joiner of graphemes', 'is\u034fAdmin'],
  ['a joiner in a word of code', 'is\u200dAdmin'],
  ['a remark that a separator of lines ends', '// level\u2028grant()'],
  ['a remark that a separator of paragraphs ends', '// level\u2029grant()'],
  ['a mark of notes', "'\ufff9'"],
])('%s is not offered', async (_, text) => {
  expect(await applied(unseen, 'if (level != ║) {', text)).toBe(dropped);
});

test.each([
  ['lines and tabs', 'a\n\tb\r\n'],
  ['a family of one picture', "'👨\u200d👩\u200d👧'"],
  ['pictures that are said to be drawn in colour', "'\u2764\ufe0f 🏳\ufe0f\u200d🌈 🕵🏽\ufe0f 1\ufe0f\u20e3'"],
  ['a word of Persian', "'می\u200cخواهم'"],
  ['what is written as an escape', "'\\u202e'"],
])('%s are', async (_, text) => {
  expect(await applied(unseen, 'const x = ║;', text)).toContain('⟦');
});

test('a character that the document has is its own', async () => {
  expect(await applied(unseen, "const RLO = '\u202e';\nconst x = ║;", "'\u202e'")).toContain('⟦');
});

test('a joiner that begins a suggestion goes by what stands before it', async () => {
  expect(await applied(unseen, 'if (isAd║) {', '\u200dmin')).toBe(dropped);
  expect(await applied(unseen, "const x = 'می║';", '\u200cخواهم')).toContain('⟦');
  expect(await applied(unseen, "const x = '🏳║';", '\ufe0f\u200d🌈')).toContain('⟦');
});
