import { expect, test } from 'vitest';
import { budgetFor, cutTo } from './budget.ts';
import { excerptsFor } from './excerpts.ts';
import { cutWindows } from './windows.ts';

/** The lines above the cursor are part of the query; these contain no names. */
const shown = '⟦  }\n  }\n';
const filler = Array.from({ length: 120 }, (_, i) => `  step${i}(other${i});`).join('\n');
/** `║`: the cursor; `⟦` and `⟧`: the bounds of the window. */
function excerpts(marked: string, most = 200): string {
  const [before = '', after = ''] = marked.split('║');
  const prefix = before.replace('⟦', '');
  const suffix = after.replace('⟧', '');
  const shownBefore = before.length - 1 - before.indexOf('⟦');
  return excerptsFor({ prefix, suffix, shownBefore, shownBehind: after.indexOf('⟧') }, most);
}

test('the line that begins like the cursor line comes first, with the lines after it', () => {
  const marked = `${filler}\n  throw new Error('Body is null');\n  close();\n${filler}\n${shown}  throw new ║⟧\n}`;
  expect(excerpts(marked, 60)).toBe("  throw new Error('Body is null');\n  close();\n");
});

test.each([
  ['before the window', `  render(theme, 1);\n${filler}\n${shown}  render(║⟧\n`],
  ['after the window', `${filler}\n${shown}  render(║\n⟧  render(theme, 1);\n${filler}`],
])('a similar line is found %s', (_, marked) => {
  expect(excerpts(marked, 30)).toBe('  render(theme, 1);\n');
});

test('lines with names that are rare in the file are preferred', () => {
  const marked = `  const session = admin;\n${'  const x = 1;\n'.repeat(50)}${shown}  const session║⟧\n`;
  expect(excerpts(marked, 26)).toBe('  const session = admin;\n');
});

test('lines in the window are no excerpts, and without similar lines there are none', () => {
  expect(excerpts(`⟦  render(1);\n  render(║⟧\n`)).toBe('');
  expect(excerpts(`${filler}\n${shown}  unheard.of║⟧\n`)).toBe('');
});

test('excerpts are whole lines in the order of the file and fit the limit', () => {
  const marked = `  a1(theme);\n${filler}\n  b2(theme);\n${filler}\n${shown}  use(theme, ║⟧\n  c3(theme);\n`;
  expect(excerpts(marked, 39)).toBe('  a1(theme);\n  b2(theme);\n  c3(theme);\n');
  for (const most of [1, 12, 13, 20, 27]) expect(excerpts(marked, most).length).toBeLessThanOrEqual(most);
});

test('CRLF line breaks come out as LF', () => {
  expect(excerpts(`  render(theme);\r\n${filler}\n${shown}  render(║⟧\r\n`, 20)).toBe('  render(theme);\n');
});

test('a window cut for lack of time has excerpts, one of full size has none', () => {
  const prefix = `  render(theme, 1);\n${filler.repeat(4)}\n  }\n  }\n  render(`;
  const whole = budgetFor(1024);
  expect(cutWindows('', prefix, '\n', whole).prefix).not.toContain('theme');
  const { prefix: cut, reach } = cutWindows('', prefix, '\n', cutTo(100, whole));
  expect(cut.startsWith('  render(theme, 1);\n')).toBe(true);
  expect(prefix.endsWith(cut.slice(-reach.before))).toBe(true);
  // If the file is short enough, nothing is left out and nothing is repeated.
  expect(cutWindows('', '  render(theme, 1);\n  render(', '\n', cutTo(100, whole)).prefix).toBe(
    '  render(theme, 1);\n  render(',
  );
});
