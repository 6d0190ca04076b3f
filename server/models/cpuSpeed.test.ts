import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CompletionProcess } from '../engine/process.ts';
import { nothing } from '../engine/requests.ts';
import type { CompleteResult, CompletionEngine } from '../engine/types.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { measureSpeed } from './cpuSpeed.ts';

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

interface Busy {
  /** The engine's threads, and the share of a core that each gets. */
  readonly threads: number;
  readonly share: number;
  /** Pause of the engine during every other answer. */
  readonly pauseMs?: number;
  /** Whether the system reports processor time at all. */
  readonly counted?: boolean;
}

/** Each thread reads two tokens a millisecond; one thread writes one. */
function engineOn({ threads, share, pauseMs = 0, counted = true }: Busy): {
  engine: CompletionEngine;
  asked: string[];
} {
  const asked: string[] = [];
  const parts: Partial<CompletionEngine> = {
    load: async () => ({ sizeBytes: 0 }) as Awaited<ReturnType<CompletionEngine['load']>>,
    complete: async ({ prompt, maxTokens }): Promise<CompleteResult> => {
      asked.push(prompt.map((part) => ('text' in part ? part.text : '')).join(''));
      const pause = asked.length % 2 === 0 ? pauseMs : 0;
      const reads = maxTokens === 1;
      const [evaluatedTokens, generatedTokens] = reads ? [400, 0] : [0, maxTokens];
      const cpuMs = reads ? evaluatedTokens / 2 : generatedTokens;
      const wallMs = cpuMs / share / (reads ? threads : 1) + pause;
      return {
        ...nothing('deadline'),
        evaluatedTokens,
        generatedTokens,
        promptMs: reads ? wallMs : 0,
        generateMs: reads ? 0 : wallMs,
        cpuMs: counted ? cpuMs : 0,
      };
    },
    dispose: async () => {},
  };
  return { engine: parts as CompletionEngine, asked };
}

const cores = 4;

it.each<[string, Busy, number]>([
  ['the full one on an idle machine', { threads: 4, share: 1 }, 1],
  ['the full one with one thread on part of a core', { threads: 1, share: 0.25 }, 1],
  ['the full one where some cores are busy', { threads: 2, share: 0.8 }, 1],
  ['the full one where something else runs now and then', { threads: 4, share: 1, pauseMs: 500 }, 1],
  ['the full one there, without processor times', { threads: 4, share: 1, pauseMs: 500, counted: false }, 1],
  ['an eighth on a busy machine without processor times', { threads: 1, share: 0.5, counted: false }, 0.125],
])('the measured speed is %s', async (_, busy, share) => {
  const measured = async (machine: Busy) =>
    await measureSpeed(() => engineOn(machine).engine, undefined, bundledModelPath(), cores);
  const idle = await measured({ threads: 4, share: 1 });
  const speed = await measured(busy);
  expect(speed.operationsPerSecond / idle.operationsPerSecond).toBeCloseTo(share, 5);
  // Generation uses one thread, whatever the number of cores.
  if (busy.counted !== false) expect(speed.blockOverheadMs).toBeCloseTo(idle.blockOverheadMs, 5);
});

it('reads no text twice, since cached text takes no time', async () => {
  const { engine, asked } = engineOn({ threads: 4, share: 1 });
  await measureSpeed(() => engine, undefined, bundledModelPath(), cores);
  const read = asked.filter((text) => text.startsWith('//'));
  expect(read.length).toBeGreaterThan(1);
  expect(new Set(read.map((text) => text.slice(0, 6))).size).toBe(read.length);
});
