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

test("the line that begins like the cursor's comes first, with what stands behind it", () => {
  const marked = `${filler}\n  throw new Error('Body is null');\n  close();\n${filler}\n${shown}  throw new ║⟧\n}`;
  expect(excerpts(marked, 60)).toBe("  throw new Error('Body is null');\n  close();\n");
});

test.each([
  ['before the window', `  render(theme, 1);\n${filler}\n${shown}  render(║⟧\n`],
  ['behind the window', `${filler}\n${shown}  render(║\n⟧  render(theme, 1);\n${filler}`],
])('it is looked for %s', (_, marked) => {
  expect(excerpts(marked, 30)).toBe('  render(theme, 1);\n');
});

test('names that are rare in the file say more than those that are everywhere', () => {
  const marked = `  const session = admin;\n${'  const x = 1;\n'.repeat(50)}${shown}  const session║⟧\n`;
  expect(excerpts(marked, 26)).toBe('  const session = admin;\n');
});

test('what is shown is no excerpt, and nothing alike is nothing', () => {
  expect(excerpts(`⟦  render(1);\n  render(║⟧\n`)).toBe('');
  expect(excerpts(`${filler}\n${shown}  unheard.of║⟧\n`)).toBe('');
});

test('lines stand in the order of the file, whole, and no more than there is room for', () => {
  const marked = `  a1(theme);\n${filler}\n  b2(theme);\n${filler}\n${shown}  use(theme, ║⟧\n  c3(theme);\n`;
  expect(excerpts(marked, 39)).toBe('  a1(theme);\n  b2(theme);\n  c3(theme);\n');
  for (const most of [1, 12, 13, 20, 27]) expect(excerpts(marked, most).length).toBeLessThanOrEqual(most);
});

test('line breaks come out as one character', () => {
  expect(excerpts(`  render(theme);\r\n${filler}\n${shown}  render(║⟧\r\n`, 20)).toBe('  render(theme);\n');
});

test('a window that is cut for want of time has them, one that shows all it may does not', () => {
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
