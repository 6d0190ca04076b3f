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
/** Starts to read in 100 ms, reads a token, of four characters, in 5, and writes one in 20. */
const engine = {
  complete: async (request: CompleteRequest) => {
    asked.push(request);
    const generatedTokens = request.maxTokens;
    const [part] = request.prompt;
    const evaluatedTokens = Math.round((part as { text: string }).text.length / 4);
    const promptMs = 100 + 5 * evaluatedTokens;
    return { ...answer, evaluatedTokens, promptMs, generatedTokens, generateMs: 20 * (generatedTokens - 1) };
  },
} as unknown as CompletionEngine;
/** Ten times as slow. */
const slow = {
  complete: async (request: CompleteRequest) => {
    const { promptMs, generateMs, ...rest } = await engine.complete(request);
    return { ...rest, promptMs: 10 * promptMs, generateMs: 10 * generateMs };
  },
} as unknown as CompletionEngine;
const pace = { startMs: expect.closeTo(100), readMs: expect.closeTo(5), writeMs: 20 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-pace-'));
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a fast model', { startMs: 0, readMs: 0.1, writeMs: 2 }, 12_680],
  ['half a billion parameters on two AVX2 cores', { startMs: 150, readMs: 4, writeMs: 20 }, 207],
  ['a model too slow for that gets the minimum', { startMs: 300, readMs: 40, writeMs: 200 }, LEAST_TOKENS],
])('the prompt budget leaves time to write a line: %s', (_, pace, tokens) => {
  expect(tokensInTime(pace)).toBe(tokens);
  const { startMs, readMs, writeMs } = pace;
  if (tokens > LEAST_TOKENS) expect(startMs + tokens * readMs + 16 * writeMs).toBeLessThanOrEqual(FIRST_SUGGESTION_MS);
});

test('a model is timed once per device, after a warm-up request', async () => {
  const path = join(folder, 'data', 'paces.json');
  const paces = new Paces(path);
  expect(await paces.of(engine, model)).toEqual(pace);
  expect(asked).toHaveLength(3);
  await paces.flush();
  expect(await new Paces(path).of(engine, model)).toEqual(pace);
  expect(asked).toHaveLength(3);
  await new Paces(path).of(engine, { ...model, device: 'CUDA0' });
  expect(asked).toHaveLength(6);
});

test('a model is timed once for all the keys typed meanwhile, and again if that failed', async () => {
  const paces = new Paces(null);
  const died = { complete: () => Promise.reject(new Error('died')) } as unknown as CompletionEngine;
  await expect(Promise.all([paces.of(died, model), paces.of(died, model)])).rejects.toThrow('died');
  const keys = [paces.of(engine, model), paces.of(engine, model), paces.of(engine, model)];
  expect(await Promise.all(keys)).toEqual([pace, pace, pace]);
  expect(asked).toHaveLength(3);
});

test('a slow model is not timed for long', async () => {
  const { readMs, writeMs } = await new Paces(null).of(slow, model);
  expect(asked).toHaveLength(2);
  expect(readMs).toBeGreaterThan(50);
  expect(writeMs).toBe(200);
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
    await paces.learn(model, { evaluatedTokens: 100, promptMs: 2400, generatedTokens: 1, generateMs: 900 });
  const slower = await paces.of(engine, model);
  expect(slower.readMs).toBeCloseTo(20, 1);
  expect(slower.startMs).toBeCloseTo(400, 0);
  expect(slower.writeMs).toBe(20);
  await paces.learn(model, { evaluatedTokens: 2, promptMs: 900, generatedTokens: 10, generateMs: 300 });
  expect(await paces.of(engine, model)).toEqual({ ...slower, writeMs: expect.closeTo(23) });
});

test.each([
  ['read the prompt', { promptMs: 3_600_000, generateMs: 320 }],
  ['wrote the answer', { promptMs: 600, generateMs: 3_600_000 }],
])('one answer whose machine slept while it %s leaves the next prompts much of their length', async (_, slept) => {
  const paces = new Paces(null);
  const before = tokensInTime(await paces.of(engine, model));
  await paces.learn(model, { evaluatedTokens: 100, generatedTokens: 16, ...slept });
  expect(tokensInTime(await paces.of(engine, model))).toBeGreaterThan(before / 3);
});

test('a pace stays as it is after readings that take as long as it says, long or short', async () => {
  const paces = new Paces(null);
  const before = await paces.of(engine, model);
  for (const evaluatedTokens of [32, 40, 200])
    for (let i = 0; i < 10; i++)
      await paces.learn(model, {
        evaluatedTokens,
        promptMs: 100 + 5 * evaluatedTokens,
        generatedTokens: 1,
        generateMs: 0,
      });
  const after = await paces.of(engine, model);
  expect(tokensInTime(after)).toBe(tokensInTime(before));
});

test.each([
  ['as fast as the long one', 40, 800],
  ['much slower', 640, 600],
  ['as slow as the long one', 600, 600],
])(
  'a machine that was busy while it was timed (the short reading was %s) has a pace without a start',
  async (_, shortMs, longMs) => {
    const times = [10, shortMs, longMs];
    const busy = {
      complete: async () => ({
        ...answer,
        evaluatedTokens: times.length === 3 ? 8 : times.length === 2 ? 20 : 100,
        promptMs: times.shift()!,
        generatedTokens: 1,
        generateMs: 0,
      }),
    } as unknown as CompletionEngine;
    const { startMs, readMs } = await new Paces(null).of(busy, model);
    expect(startMs).toBe(0);
    expect(readMs).toBe(longMs / 100);
  },
);

test.each(['', '{', '{"x":{"startMs":1,"readMs":-1,"writeMs":1}}', '{"x":{"readMs":5,"writeMs":20}}', '[]'])(
  'a damaged or older file (%j) is replaced by a new measurement',
  async (text) => {
    const path = join(folder, 'paces.json');
    writeFileSync(path, text);
    const paces = new Paces(path);
    expect(await paces.of(engine, model)).toEqual(pace);
    await paces.flush();
    expect(Object.values(JSON.parse(readFileSync(path, 'utf8')))).toEqual([pace]);
  },
);
