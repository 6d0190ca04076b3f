import { expect, test } from 'vitest';
import { applied } from './testing.ts';
import { unseen } from './unseen.ts';

const dropped = 'dropped: characters that nobody sees';

test.each([
  ['a bidirectional override', "'user\u202e \u2066// admin only\u2069 \u2066'"],
  ['a zero-width space', "'adm\u200bin'"],
  ['a byte order mark within a name', 'is\ufeffAdmin'],
  ['a run of tag characters', "'a\u{e0061}\u{e0062}'"],
  ['an escape sequence', "'\x1b[2J'"],
  ['a Hangul filler', 'level, \u3164'],
  ['a half-width Hangul filler', 'level, \uffa0'],
  ['a Hangul initial filler', 'level, \u115f'],
  ['a Braille blank', "'\u2800'"],
  ['text hidden in variation selectors', "'\u{e0110}\u{e0168}\u{e01ef}'"],
  ['text hidden in the first sixteen variation selectors', "'\ufe01\ufe07'"],
  ['a variation selector without an emoji', "'a\ufe0f'"],
  ['a soft hyphen', 'is\u00adAdmin'],
  ['a combining grapheme joiner', 'is\u034fAdmin'],
  ['a zero-width joiner in an identifier', 'is\u200dAdmin'],
  ['a comment that a line separator ends', '// level\u2028grant()'],
  ['a comment that a paragraph separator ends', '// level\u2029grant()'],
  ['an interlinear annotation mark', "'\ufff9'"],
])('%s is not offered', async (_, text) => {
  expect(await applied(unseen, 'if (level != ║) {', text)).toBe(dropped);
});

test.each([
  ['line breaks and tabs', 'a\n\tb\r\n'],
  ['a joined family emoji', "'👨\u200d👩\u200d👧'"],
  ['emoji with variation selectors', "'\u2764\ufe0f 🏳\ufe0f\u200d🌈 🕵🏽\ufe0f 1\ufe0f\u20e3'"],
  ['a Persian word with a non-joiner', "'می\u200cخواهم'"],
  ['an escape spelled out in ASCII', "'\\u202e'"],
])('%s: offered', async (_, text) => {
  expect(await applied(unseen, 'const x = ║;', text)).toContain('⟦');
});

test('an invisible character that the document already has is offered', async () => {
  expect(await applied(unseen, "const RLO = '\u202e';\nconst x = ║;", "'\u202e'")).toContain('⟦');
});

test('a leading joiner or variation selector is judged by the text before the cursor', async () => {
  expect(await applied(unseen, 'if (isAd║) {', '\u200dmin')).toBe(dropped);
  expect(await applied(unseen, "const x = 'می║';", '\u200cخواهم')).toContain('⟦');
  expect(await applied(unseen, "const x = '🏳║';", '\ufe0f\u200d🌈')).toContain('⟦');
});
