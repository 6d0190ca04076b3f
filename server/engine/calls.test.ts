import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { Calls } from './calls.ts';
import type { EngineChild } from './child.ts';
import { createCompletionEngine } from './index.ts';

vi.setConfig({ testTimeout: 120_000 });

const child = { send: () => {} } as unknown as EngineChild;

test.each([
  ['a NaN loss', { kind: 'scored', scores: [{ nll: Number.NaN, tokens: 1, top1: 0 }] }],
  ['an infinite loss', { kind: 'scored', scores: [{ nll: Number.POSITIVE_INFINITY, tokens: 1, top1: 0 }] }],
  ['an answer of unknown kind', { kind: 'nothing' }],
])('%s fails only its own call', async (_what, answer) => {
  const calls = new Calls();
  const one = calls.start(child, { kind: 'score', samples: [], adapter: null, smallBatches: false });
  const other = calls.start(child, { kind: 'score', samples: [], adapter: null, smallBatches: false });
  calls.receive({ ...answer, id: one.id });
  await expect(one.answer).rejects.toMatchObject({ code: 'diverged' });
  for (const noise of [null, 7, {}, { ...answer, id: 'one' }, { ...answer, id: 99 }]) calls.receive(noise);
  calls.receive({ kind: 'scored', id: other.id, scores: [] });
  expect(await other.answer).toMatchObject({ kind: 'scored' });
});

test('a model that predicts NaN fails its completion as diverged, and the next model serves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-no-numbers-'));
  const engine = createCompletionEngine();
  try {
    const model = await readFile(bundledModelPath());
    const base = model.indexOf('llama.rope.freq_base') + 'llama.rope.freq_base'.length;
    // The value's type follows the key: the angles of every position become 0 / 0.
    model.writeFloatLE(0, base + 4);
    const modelPath = join(folder, 'model.gguf');
    await writeFile(modelPath, model);
    const asked = { prompt: [{ text: 'const total = ' }], heal: '', maxTokens: 4, stop: [], adapter: null };
    await engine.load({ modelPath, contextTokens: 256, device: 'cpu' });
    await expect(engine.complete(asked)).rejects.toMatchObject({ code: 'diverged' });
    await engine.load({ modelPath: bundledModelPath(), contextTokens: 256, device: 'cpu' });
    expect((await engine.complete(asked)).generatedTokens).toBeGreaterThan(0);
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
