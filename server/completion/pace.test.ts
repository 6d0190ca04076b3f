import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompleteRequest, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { FIRST_SUGGESTION_MS, LEAST_TOKENS, Paces, tokensInTime } from './pace.ts';

const model = { path: '/models/m.gguf', sizeBytes: 7, device: 'CPU' } as ModelInfo;
const answer = {
  text: '',
  stopReason: 'max-tokens',
  logProbabilities: [],
  prompt: 0,
  promptTokens: 80,
  cpuMs: 1,
} as const;

let folder: string;
let asked: CompleteRequest[];
/** Reads a token in 5 ms and writes one in 20. */
const engine = {
  complete: async (request: CompleteRequest) => {
    asked.push(request);
    const generatedTokens = request.maxTokens;
    return { ...answer, evaluatedTokens: 80, promptMs: 400, generatedTokens, generateMs: 20 * (generatedTokens - 1) };
  },
} as unknown as CompletionEngine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-pace-'));
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a fast model', { readMs: 0.1, writeMs: 2 }, 12_680],
  ['half a billion parameters on two AVX2 cores', { readMs: 5, writeMs: 20 }, 196],
  ['a model too slow for that gets the minimum', { readMs: 40, writeMs: 200 }, LEAST_TOKENS],
])('the prompt budget leaves time to write a line: %s', (_, pace, tokens) => {
  expect(tokensInTime(pace)).toBe(tokens);
  if (tokens > LEAST_TOKENS) expect(tokens * pace.readMs + 16 * pace.writeMs).toBeLessThanOrEqual(FIRST_SUGGESTION_MS);
});

test('a model is timed once per device, after a warm-up request', async () => {
  const path = join(folder, 'data', 'paces.json');
  const paces = new Paces(path);
  expect(await paces.of(engine, model)).toEqual({ readMs: 5, writeMs: 20 });
  expect(asked).toHaveLength(2);
  await paces.flush();
  expect(await new Paces(path).of(engine, model)).toEqual({ readMs: 5, writeMs: 20 });
  expect(asked).toHaveLength(2);
  await new Paces(path).of(engine, { ...model, device: 'CUDA0' });
  expect(asked).toHaveLength(4);
});

test('the paces of different models timed in two windows are both kept', async () => {
  const path = join(folder, 'paces.json');
  const [one, other] = [new Paces(path), new Paces(path)];
  await one.of(engine, model);
  await other.of(engine, { ...model, path: '/models/other.gguf' });
  await one.flush();
  await other.flush();
  asked = [];
  const later = new Paces(path);
  await later.of(engine, model);
  await later.of(engine, { ...model, path: '/models/other.gguf' });
  expect(asked).toEqual([]);
});

test('answers correct the pace, unless they have too few tokens', async () => {
  const paces = new Paces(null);
  await paces.of(engine, model);
  for (let i = 0; i < 20; i++)
    await paces.learn(model, { evaluatedTokens: 100, promptMs: 2000, generatedTokens: 1, generateMs: 900 });
  const { readMs, writeMs } = await paces.of(engine, model);
  expect(readMs).toBeCloseTo(20, 1);
  expect(writeMs).toBe(20);
  await paces.learn(model, { evaluatedTokens: 2, promptMs: 900, generatedTokens: 10, generateMs: 300 });
  expect((await paces.of(engine, model)).readMs).toBe(readMs);
  expect((await paces.of(engine, model)).writeMs).toBeCloseTo(23);
});

test.each(['', '{', '{"x":{"readMs":-1,"writeMs":1}}', '[]'])(
  'a damaged file (%j) is replaced by a new measurement',
  async (text) => {
    const path = join(folder, 'paces.json');
    writeFileSync(path, text);
    const paces = new Paces(path);
    expect((await paces.of(engine, model)).readMs).toBe(5);
    await paces.flush();
    expect(Object.values(JSON.parse(readFileSync(path, 'utf8')))).toEqual([{ readMs: 5, writeMs: 20 }]);
  },
);
