import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundledModelPath, mergedModelsFolder } from '../storage/paths.ts';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, request, scratchFolder, trainedAdapter } from './testing.ts';

vi.setConfig({ testTimeout: 240_000 });

const folder = scratchFolder();
process.env['XDG_CACHE_HOME'] = join(folder, 'caches');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = request('def f(x):\n', '\n');

describe('adapters', () => {
  let shared: CompletionProcess;
  beforeAll(async () => {
    shared = await bundledEngine();
  });
  afterAll(() => shared.dispose());

  test.each([
    ['merged', true],
    ['beside the base', false],
  ])('every answer after a switch equals that of a fresh process (%s)', async (_, mergeAdapters) => {
    const adapters = [
      null,
      {
        id: 'a',
        path: await trainedAdapter(folder, 'a', 'def f(x):\n    assert x is not None, "x"\n    return Alpha(x)\n'),
        scale: 1,
      },
      {
        id: 'b',
        path: await trainedAdapter(folder, 'b', 'def f(x):\n    while beta(x): x = beta(x) + 1\n    yield x\n'),
        scale: 1,
      },
      { id: 'b', path: join(folder, 'b.gguf'), scale: 0.25 },
    ];
    const texts = [];
    for (const adapter of adapters) {
      const fresh = await bundledEngine({}, { mergeAdapters });
      texts.push((await fresh.complete({ ...ask, adapter })).text);
      await fresh.dispose();
    }
    expect(new Set(texts.slice(0, 3)).size).toBe(3);
    const engine = await bundledEngine({}, { mergeAdapters });
    try {
      const order = [0, 1, 0, 2, 1, 2, 3, 2, 0, 3, 1, 1, 0, 2];
      for (const index of order)
        expect((await engine.complete({ ...ask, adapter: adapters[index]! })).text).toBe(texts[index]);
    } finally {
      await engine.dispose();
    }
  });

  test('a merged adapter scores as one beside the base, and the cache of merged models stays bounded', async () => {
    const text =
      'def f(x):\n    assert x is not None, "x"\n    return Alpha(x)\n\nfor i in range(10):\n    print(f(i))\n';
    const adapter = { id: 'a', path: await trainedAdapter(folder, 'a', text), scale: 1 };
    const losses = [];
    for (const mergeAdapters of [true, false]) {
      const engine = await bundledEngine({}, { mergeAdapters });
      const tokens = (await engine.tokenize([text]))[0]!;
      const [base] = await engine.score([{ tokens, lossFrom: 1, lossTo: tokens.length }], null);
      const [tuned] = await engine.score([{ tokens, lossFrom: 1, lossTo: tokens.length }], adapter);
      expect(tuned!.nll).toBeLessThan(0.7 * base!.nll);
      losses.push(tuned!.nll);
      if (mergeAdapters) {
        for (const scale of [0.2, 0.4, 0.6]) await engine.complete({ ...ask, adapter: { ...adapter, scale } });
        expect(readdirSync(mergedModelsFolder())).toHaveLength(2);
      }
      await engine.dispose();
    }
    expect(Math.abs(losses[0]! / losses[1]! - 1)).toBeLessThan(0.005);
  });

  test('a merged copy that is damaged is dropped, and the adapter serves all the same', async () => {
    const adapter = { id: 'a', path: join(folder, 'a.gguf'), scale: 0.3 };
    const copyOf = async (): Promise<string> => {
      const before = new Set(readdirSync(mergedModelsFolder()));
      const engine = await bundledEngine();
      await engine.complete({ ...ask, adapter });
      await engine.dispose();
      return readdirSync(mergedModelsFolder()).find((name) => !before.has(name)) ?? '';
    };
    const copy = join(mergedModelsFolder(), await copyOf());
    truncateSync(copy, 1_000_000);
    const engine = await bundledEngine();
    expect((await engine.complete({ ...ask, adapter })).generatedTokens).toBeGreaterThan(0);
    await engine.dispose();
    expect(existsSync(copy)).toBe(false);
  });

  test.each([
    ['missing', () => join(folder, 'none.gguf'), /adapter file .* is missing/],
    ['a model', () => bundledModelPath(), /is not a LoRA adapter/],
    [
      'damaged',
      () => writeAs('damaged.gguf', readFileSync(join(folder, 'a.gguf')).subarray(0, 20_000)),
      /damaged or incomplete/,
    ],
  ])('an adapter that is %s fails only its own call', async (_, path, message) => {
    await expect(shared.complete({ ...ask, adapter: { id: 'x', path: path(), scale: 1 } })).rejects.toThrow(message);
    expect((await shared.complete(ask)).generatedTokens).toBeGreaterThan(0);
  });
});

function writeAs(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}
