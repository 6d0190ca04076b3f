import { expect, test } from 'vitest';
import { budgetFor, type CompletionPrompt } from '../prompt/index.ts';
import { promptsFor } from './prompts.ts';

const lines = Array.from({ length: 400 }, (_, i) => `    line ${i} does something with value ${i * 7}\n`);
const input = { repoName: '', context: '', prefix: `${lines.join('')}    return `, suffix: `\n${lines.join('')}` };
const budget = budgetFor(32_768);
const prefixFirst = { order: 'prefix-first', repoTokens: false } as const;
const lengthOf = ({ parts }: CompletionPrompt): number =>
  parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 0);
/** The text after the suffix marker. */
const suffixOf = ({ parts }: CompletionPrompt): string => {
  const marker = parts.findIndex((part) => 'special' in part && part.special === 'fimSuffix');
  const next = parts[marker + 1]!;
  return 'text' in next ? next.text : '';
};

test('one prompt is built when there is time for all of it, as without a limit', () => {
  const [all, ...shorter] = promptsFor(input, prefixFirst, budget, budget.promptTokens);
  expect(shorter).toEqual([]);
  expect(promptsFor(input, prefixFirst, budget, undefined)).toEqual([all]);
});

test('with less time, shorter prompts for the same cursor are added until the last is short enough', () => {
  const prompts = promptsFor(input, prefixFirst, budget, 200);
  expect(prompts.length).toBeGreaterThanOrEqual(3);
  const lengths = prompts.map(lengthOf);
  expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  expect(lengths.at(-1)).toBeLessThan(200 * 4);
  for (const { heal, closers } of prompts) expect([heal, closers]).toEqual([prompts[0].heal, prompts[0].closers]);
});

test('around the limit there are finer ones, of which the engine takes the longest that it has time for', () => {
  const prompts = promptsFor(input, prefixFirst, budget, 200);
  const ahead = prompts.filter(({ isAhead }) => isAhead);
  expect(prompts.slice(0, ahead.length)).toEqual(ahead);
  expect(ahead.length).toBeGreaterThanOrEqual(2);
  expect(lengthOf(ahead.at(-2)!)).toBeGreaterThan(2 * lengthOf(ahead.at(-1)!));
  const atOnce = prompts.slice(ahead.length).map(lengthOf);
  expect(atOnce[0]).toBeGreaterThan(1.4 * 200 * 3);
  expect(atOnce.at(-1)).toBeLessThan(0.8 * 200 * 4);
  for (const [at, length] of atOnce.slice(1).entries()) expect(length).toBeGreaterThan(0.75 * atOnce[at]!);
});

test.each(['prefix-first', 'suffix-first'] as const)('a pace that changes shifts no window (%s)', (order) => {
  const format = { order, repoTokens: false };
  const textsWith = (freshTokens: number) =>
    promptsFor(input, format, budget, freshTokens).map(({ parts }) => JSON.stringify(parts));
  const slower = new Set(textsWith(200));
  const both = textsWith(206).filter((text) => slower.has(text));
  expect(both.length).toBeGreaterThanOrEqual(slower.size - 2);
});

test('none of them is longer than all that the model can see', () => {
  const prompts = promptsFor(input, prefixFirst, budget, Math.floor(0.8 * budget.promptTokens));
  expect(prompts.filter(({ isAhead }) => isAhead)).toHaveLength(1);
  expect(prompts.map(lengthOf)).toEqual(prompts.map(lengthOf).toSorted((a, b) => b - a));
});

test('the shortest prompt holds the lines nearest to the cursor', () => {
  const text = JSON.stringify(promptsFor(input, prefixFirst, budget, 100).at(-1)!.parts);
  expect(text).toContain('line 399');
  expect(text).toContain('line 0 does');
  expect(text).not.toContain('line 300 ');
});

test('a suffix read again with every key is limited to its share, one read first is not', () => {
  for (const prompt of promptsFor(input, prefixFirst, budget, 200)) {
    expect(suffixOf(prompt).length).toBeGreaterThan(100);
    expect(suffixOf(prompt).length).toBeLessThanOrEqual(240);
  }
  const [first] = promptsFor(input, { order: 'suffix-first', repoTokens: false }, budget, 200);
  expect(lengthOf(first)).toBeGreaterThan(1000);
  expect(JSON.stringify(first.parts)).toContain('line 20 ');
});

test('a long name leaves room for what is written, however little there is time to read', () => {
  const name = '// packages/server/src/test/java/com/company/product/internal/RepositoryConnectionFactoryTest.java\n';
  const prefix = 'package com.company;\n\nclass Connection {\n  private final ';
  for (const order of ['prefix-first', 'suffix-first'] as const)
    for (const { parts } of promptsFor(
      { ...input, name, prefix, suffix: '' },
      { order, repoTokens: false },
      budget,
      48,
    ))
      expect(JSON.stringify(parts)).toContain('class Connection');
  const [empty] = promptsFor({ ...input, name, prefix: '', suffix: '' }, prefixFirst, budget, 48).slice(-1);
  expect(JSON.stringify(empty?.parts)).toContain('FactoryTest.java');
});
