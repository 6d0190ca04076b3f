/** What a size means for a run: the pipeline hands the minutes and the rank to the training; a sleeping machine uses none of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundledEngine } from '../engine/testing.ts';
import type { TrainJob, TuneEngine } from '../engine/training/trainJob.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { runTune } from './pipeline.ts';
import { watchedRun } from './watchedRun.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const repository = new ScratchRepository();
const scratch = mkdtempSync(join(tmpdir(), 'repotune-sized-'));
vi.stubEnv('REPOTUNE_DATA', scratch);
let engine: CompletionEngine;
let model: ModelInfo;
beforeAll(async () => {
  for (let i = 0; i < 16; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repository.commit();
  engine = await bundledEngine();
  model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, threads: 1, device: 'cpu' });
});
afterAll(async () => {
  await engine.dispose();
  repository[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** The job that a run would train. */
async function jobOf(run: (createTuneEngine: () => TuneEngine) => Promise<unknown>): Promise<TrainJob> {
  let asked: TrainJob | null = null;
  const seen = new Error('seen');
  const createTuneEngine = (): TuneEngine => ({
    run: async (job) => {
      asked = job;
      throw seen;
    },
    pause: () => {},
    resume: () => {},
    dispose: async () => {},
  });
  await expect(run(createTuneEngine)).rejects.toBe(seen);
  return asked!;
}

const optionsOf = (size: Pick<TuneOptions, 'size' | 'rank' | 'maxMinutes'>): TuneOptions => ({
  ...{ folder: repository.root, modelPath: bundledModelPath(), baseType: 'q4_0', threads: 1, device: 'cpu' },
  ...size,
});

it.each([
  ['nothing said, on the bundled base', {}, 8.4e6, 4.7, 16],
  ['nothing said, on a base for daily work', {}, 494e6, 28.2, 16],
  ['a size', { size: 'quick' }, 494e6, 10, 8],
  ['a size, and what outweighs it', { size: 'quick', maxMinutes: 3, rank: 4 }, 494e6, 3, 4],
] as const)('with %s', async (_, size, parameters, minutes, rank) => {
  const { trainer, schedule } = await jobOf((createTuneEngine) =>
    runTune(
      'run-test',
      optionsOf(size),
      {
        serving: async () => ({ engine, model: { ...model, parameters } }),
        createTuneEngine,
        nowMs: Date.now,
        // With a slow clock: a busy machine uses up hardly any of the minutes.
        workedMs: () => Date.now() / 100,
        toolVersion: '0',
        measuredOn: { pairs: 4, places: 2 },
      },
      new ProgressTracker('run-test', repository.root, Date.now, () => {}),
      new AbortController().signal,
    ),
  );
  expect(trainer.rank).toBe(rank);
  // All but what is kept for measuring.
  expect(schedule.maxSeconds).toBeLessThan(60 * minutes);
  expect(schedule.maxSeconds).toBeGreaterThan(0.8 * 60 * minutes);
});

it('the time in which the machine sleeps is none of the run', async () => {
  const awake = performance.now.bind(performance);
  let sleptMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => awake() + sleptMs);
  try {
    const { schedule } = await jobOf((createTuneEngine) =>
      watchedRun(
        'run-slept',
        optionsOf({ maxMinutes: 600 }),
        {
          serving: async () => {
            sleptMs += 1000 * 3_600_000;
            return { engine: Object.assign(engine, { pause: () => {}, resume: () => {} }), model };
          },
          createTuneEngine,
          nowMs: Date.now,
          toolVersion: '0',
          pauseOnBattery: false,
          onProgress: () => {},
        },
        new AbortController().signal,
      ),
    );
    expect(schedule.maxSeconds).toBeGreaterThan(300 * 60);
  } finally {
    clock.mockRestore();
  }
});
