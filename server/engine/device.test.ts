import { readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import type { EngineStatus } from '../protocol/index.ts';
import { bundledModelPath, mergedModelsFolder } from '../storage/paths.ts';
import { EngineError } from './errors.ts';
import { CompletionProcess } from './process.ts';
import { request, scratchFolder, trainedAdapter } from './testing.ts';
import type { DeviceName } from './types.ts';

/** Software drivers compile their shaders on the CPU: half a minute alone, minutes on a busy machine. */
vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });
// ggml skips devices of type CPU (lavapipe) unless named.
process.env['GGML_VK_VISIBLE_DEVICES'] = '0';

const statuses: EngineStatus[] = [];
// Comparing would compile a software driver's shaders once more; check:cuda has a faulty device.
const check = async (): Promise<void> => {};
const engine = new CompletionProcess({ onStatus: (status) => statuses.push(status), check });
const MODEL = { modelPath: bundledModelPath(), contextTokens: 512, threads: 1 };
const load = (device: DeviceName) => engine.load({ ...MODEL, device });
const folder = scratchFolder();
process.env['XDG_CACHE_HOME'] = folder;
/** Why there is no Vulkan here; null where there is. */
let missing: string | null = gpuBackendPath('vulkan') === null ? 'the package has no Vulkan plug-in' : null;

beforeAll(async () => {
  if (missing === null) await load('vulkan').catch((error: Error) => (missing = error.message));
});
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('a device named by the user', () => {
  test('scores within 1 % of the CPU, also with an adapter, which is merged there', async ({ skip }) => {
    if (missing !== null) skip(missing);
    const text = 'for (const value of values) total += value;\n';
    const adapter = { id: 'a', path: await trainedAdapter(folder, 'a', text), scale: 1 };
    const [tokens] = await engine.tokenize([text]);
    const samples = [{ tokens: tokens!, lossFrom: 1, lossTo: tokens!.length }];
    const { device } = await load('vulkan');
    expect(device).toMatch(/^Vulkan/);
    expect((await load(device!)).device).toBe(device);
    const [base] = await engine.score(samples, null);
    const [tuned] = await engine.score(samples, adapter);
    expect(readdirSync(mergedModelsFolder())).toHaveLength(1);
    expect((await engine.load({ ...MODEL, device: 'cpu', mergeAdapters: false })).device).toBe('CPU');
    const [baseOnCpu] = await engine.score(samples, null);
    const [tunedOnCpu] = await engine.score(samples, adapter);
    expect(base!.top1).toBe(baseOnCpu!.top1);
    expect(Math.abs(base!.nll / baseOnCpu!.nll - 1)).toBeLessThan(0.01);
    expect(tunedOnCpu!.nll).toBeLessThan(0.1 * baseOnCpu!.nll);
    expect(Math.abs(tuned!.nll - tunedOnCpu!.nll)).toBeLessThan(0.01 * baseOnCpu!.nll);
  });

  test('is replaced by the CPU within three seconds when its process aborts, and the user is told once', {
    retry: 2,
  }, async ({ skip }) => {
    if (missing !== null) skip(missing);
    await load('vulkan');
    statuses.length = 0;
    const started = performance.now();
    process.kill(engine.pid!, 'SIGABRT');
    await expect
      .poll(() => statuses.map(({ kind }) => kind), { timeout: 20_000, interval: 20 })
      .toEqual(['restarting', 'ready']);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(statuses[0]!.message).toMatch(/SIGABRT.*Completions continue on the CPU/);
    expect(engine.model?.device).toBe('CPU');
    expect((await engine.complete(request('def f(x):\n', '\n'))).generatedTokens).toBeGreaterThan(0);
  });

  test('is rejected with alternatives when it is missing', async () => {
    await expect(load('cuda')).rejects.toThrow(/repotune backends get cuda.*choose the device `auto` or `cpu`/);
  });
});

test('a device named by the user that computes something else is not loaded, nor exchanged in silence', async () => {
  const asked: unknown[] = [];
  const faulty = new CompletionProcess({
    check: async (...question) => {
      asked.push(question);
      throw new EngineError('device-failed', 'The device Vulkan0 is not used.');
    },
  });
  await expect(faulty.load({ ...MODEL, device: 'vulkan' })).rejects.toThrow('The device Vulkan0 is not used.');
  expect(asked).toEqual([[MODEL.modelPath, 'vulkan']]);
  expect(faulty.pid).toBeUndefined();
  await faulty.dispose();
});

test('the CPU serves when the device chosen by auto is gone', async () => {
  const gone = new CompletionProcess({ fastest: async () => 'Vulkan9' });
  try {
    const model = await gone.load({ ...MODEL, device: 'auto' });
    expect(model.device).toBe('CPU');
  } finally {
    await gone.dispose();
  }
});

test('auto never chooses a software driver as a GPU', async () => {
  expect((await load('auto')).device).toBe('CPU');
});
