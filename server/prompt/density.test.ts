import { expect, test } from 'vitest';
import type { ModelInfo } from '../engine/types.ts';
import { budgetFor, estimateTokens } from './budget.ts';
import { servedBudget, tokensPerEstimate } from './density.ts';
import { cutWindows } from './windows.ts';

const model = { contextLength: 4096 } as ModelInfo;

/** A tokenizer that makes `ratio` tokens of each estimated one. */
function tokenizer(ratio: number): { tokenize(texts: readonly string[]): Promise<number[][]> } {
  return {
    tokenize: async (texts) => texts.map((text) => new Array<number>(Math.round(ratio * estimateTokens(text))).fill(7)),
  };
}

test.each([
  { name: 'a large vocabulary', ratio: 0.7, expected: 0.735 },
  { name: 'a small vocabulary', ratio: 1, expected: 1.05 },
  { name: 'a vocabulary with a token for nearly everything', ratio: 0.1, expected: 0.5 },
  { name: 'a vocabulary of bytes alone', ratio: 3, expected: 1.2 },
])('tokens per estimate are measured within bounds: $name', async ({ ratio, expected }) => {
  expect(await tokensPerEstimate(tokenizer(ratio), { ...model })).toBeCloseTo(expected, 2);
});

test('the tokenizer is asked once per loaded model, and again after it failed', async () => {
  const loaded = { ...model };
  let asked = 0;
  const counting = (answers: boolean) => ({
    tokenize: async (texts: readonly string[]) => {
      asked++;
      if (!answers) throw new Error('the engine restarts');
      return await tokenizer(0.7).tokenize(texts);
    },
  });
  expect(await tokensPerEstimate(counting(false), loaded)).toBe(1);
  expect(await tokensPerEstimate(counting(true), loaded)).toBeCloseTo(0.735, 2);
  expect(await tokensPerEstimate(counting(true), loaded)).toBeCloseTo(0.735, 2);
  expect(asked).toBe(2);
});

test('windows use most of the token budget and never exceed it, whatever the tokenizer', async () => {
  const lines = Array.from({ length: 800 }, (_, i) => `    total_${i} = compute_width(row[${i}], limit) + offset\n`);
  const text = lines.join('');
  const half = text.slice(0, text.length / 2);
  for (const ratio of [0.6, 0.75, 1]) {
    const { tokenize } = tokenizer(ratio);
    const budget = { ...budgetFor(1024), tokensPerEstimate: await tokensPerEstimate({ tokenize }, { ...model }) };
    const { prefix, suffix } = cutWindows('', half, text.slice(half.length), budget);
    const used = ratio * (estimateTokens(prefix) + estimateTokens(suffix));
    expect(used).toBeLessThanOrEqual(budget.promptTokens);
    expect(used).toBeGreaterThan(0.75 * budget.promptTokens);
  }
});

test('the served budget uses the token density of the serving model', async () => {
  const engine = tokenizer(0.7) as Parameters<typeof servedBudget>[0]['engine'];
  expect(await servedBudget({ engine, model: { ...model } })).toMatchObject({
    ...budgetFor(4096),
    tokensPerEstimate: expect.closeTo(0.735, 2),
  });
});
