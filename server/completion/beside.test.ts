import { expect, test } from 'vitest';
import { budgetFor, buildCompletionPrompt } from '../prompt/index.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { textBeside } from './beside.ts';

const format: PromptFormat = { order: 'suffix-first', repoTokens: false };
const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `const value${from + i} = compute(${from + i});\n`).join('');

function at(text: string, offset: number, similar = '') {
  const input = { repoName: '', context: '', prefix: text.slice(0, offset), suffix: text.slice(offset) };
  const { parts, heal, reach } = buildCompletionPrompt(input, format, budgetFor(512));
  const shown = parts.map((part) => ('text' in part ? part.text : '')).join('') + heal;
  return { shown, beside: textBeside({ text, offset, similar }, reach) };
}

test.each([['\n'], ['\r\n']])(
  'nearby lines are either in the prompt window or in the text beside it, never in both (line break %j)',
  (lineBreak) => {
    const [before, behind] = [lines(0, 100), lines(100, 100)];
    const text = `${before}${behind}`.replaceAll('\n', lineBreak);
    const { shown, beside } = at(text, before.replaceAll('\n', lineBreak).length);
    expect(beside).not.toContain('\r');
    let outside = 0;
    for (let i = 60; i < 140; i++) {
      const line = `const value${i} = compute(${i});`;
      expect(Number(shown.includes(line)) + Number(beside.includes(line))).toBe(1);
      outside += Number(beside.includes(line));
    }
    expect(outside).toBeGreaterThan(10);
  },
);

test('the text beside the window stays the same while the current line is typed', () => {
  const [before, behind] = [lines(0, 100), lines(100, 100)];
  const texts = ['', 'c', 'co', 'con', 'const x = '].map((typed) => {
    const prefix = before + typed;
    return at(prefix + behind, prefix.length).beside;
  });
  expect(new Set(texts).size).toBe(1);
});

test('similar code is put before the text of the file itself', () => {
  const text = lines(0, 200);
  const { beside } = at(text, lines(0, 100).length, 'other();');
  expect(beside.startsWith('other();\n')).toBe(true);
});

test('a file that fits into the window leaves no text beside it', () => {
  expect(at('const a = 1;\n', 6).beside).toBe('');
});
