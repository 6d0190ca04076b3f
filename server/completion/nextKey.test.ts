import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bundledEngine } from '../engine/testing.ts';
import { generate } from './generate.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let engine: Awaited<ReturnType<typeof bundledEngine>>;
beforeAll(async () => {
  engine = await bundledEngine();
});
afterAll(() => engine.dispose());

const lines = Array.from({ length: 200 }, (_, i) => `const value${i} = compute(${i}, limits[${i % 7}]);\n`).join('');
const document = (typed: string) => {
  const prefix = `${lines}\nexport function totalOf(values: number[]) {\n  let total = ${typed}`;
  return { text: `${prefix}\n}\n${lines}`, offset: prefix.length, languageId: 'typescript', repoName: '', context: '' };
};

test('the next keys find their prompt in the cache, though the machine’s pace has changed since', async () => {
  const read: number[] = [];
  for (const [typed, freshTokens] of [
    ['', 200],
    ['v', 206],
    ['va', 188],
    ['val', 231],
  ] as const) {
    const serving = { engine, model: engine.model!, adapter: null };
    const generation = await generate(document(typed), serving, { maxTokens: 4, freshTokens });
    read.push(generation!.usage.evaluatedTokens);
  }
  expect(read[0]).toBeGreaterThan(100);
  expect(read[0]).toBeLessThanOrEqual(200);
  for (const tokens of read.slice(1)) expect(tokens).toBeLessThan(25);
});
