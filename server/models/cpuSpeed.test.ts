import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CompletionProcess } from '../engine/process.ts';
import { measureSpeed } from './cpuSpeed.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-self-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let engines: CompletionProcess[] = [];
function createEngine(): CompletionProcess {
  const engine = new CompletionProcess();
  engines.push(engine);
  return engine;
}
afterEach(() => {
  engines = [];
});

it('measures memory and the bundled base on the CPU, and leaves no process', async () => {
  const speed = await measureSpeed(createEngine);
  expect(speed.speed).toBe('measured');
  expect(speed.bytesPerSecond).toBeGreaterThan(1e8);
  expect(speed.blockOverheadMs).toBeGreaterThanOrEqual(0);
  expect(speed.operationsPerSecond).toBeGreaterThan(1e8);
  expect(engines.map(({ model, pid }) => [model?.device, pid])).toEqual([['CPU', undefined]]);
});

it.each([
  ['there is no bundled base', async () => null],
  [
    'it cannot be loaded',
    async () => {
      await writeFile(join(folder, 'broken.gguf'), 'not a model');
      return join(folder, 'broken.gguf');
    },
  ],
])('assumes a usual speed where %s', async (_what, base) => {
  const speed = await measureSpeed(createEngine, undefined, await base());
  expect(speed).toMatchObject({ speed: 'assumed' });
  expect(speed.bytesPerSecond).toBeGreaterThan(1e8);
  expect(speed.blockOverheadMs).toBeGreaterThan(0);
  expect(engines.every(({ pid }) => pid === undefined)).toBe(true);
});

it('ends when it is cancelled', async () => {
  await expect(measureSpeed(createEngine, AbortSignal.abort())).rejects.toThrow(/abort/i);
});
