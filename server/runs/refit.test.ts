import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { manifestFor } from '../adapters/testing.ts';
import { bundledEngine, trainedAdapter } from '../engine/testing.ts';
import type { TrainJob, TuneEngine } from '../engine/training/trainJob.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import { emptyReport } from '../versions/testing.ts';
import { refit } from './refit.ts';
import { RunFollower } from './runFollower.ts';
import { watchedRefit } from './watchedRun.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const repository = new ScratchRepository();
const scratch = mkdtempSync(join(tmpdir(), 'repotune-refit-'));
vi.stubEnv('REPOTUNE_DATA', join(scratch, 'data'));
let engine: CompletionEngine;
let model: ModelInfo;
let store: AdapterStore;
beforeAll(async () => {
  for (let i = 0; i < 16; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repository.commit();
  const adapterFile = await trainedAdapter(scratch, 'trained', moduleText('a', 1));
  engine = await bundledEngine();
  model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, threads: 1, device: 'cpu' });
  store = await AdapterStore.of(repository.root);
  const sha256 = await sha256OfModel(bundledModelPath());
  for (const [id, parent, seconds, baseType, origin] of [
    ['tuned', null, 1400, 'q4_0', undefined],
    ['kept-up', 'tuned', 40, 'q4_0', undefined],
    ['orphan', 'gone', 40, 'q4_0', undefined],
    ['of-a-cluster', null, 9, 'nf4', undefined],
    ['kept-up-here', 'of-a-cluster', 40, 'q4_0', undefined],
    ['of-a-job', null, 0, 'as-is', undefined],
    ['of-a-colleague', null, 9, 'q4_0', { kind: 'pulled', from: 'ann' }],
  ] as const) {
    const made = await manifestFor(id, adapterFile);
    const manifest = {
      ...made,
      parent,
      base: { ...made.base, sha256 },
      adapter: { ...made.adapter, rank: 4, alpha: 8 },
      training: { ...made.training, seconds, baseType },
    };
    await store.add({ manifest, adapterFile, report: emptyReport, ...(origin === undefined ? {} : { origin }) });
    await store.keepJudgement({ id, manifest }, { passed: true, reason: 'Better.', report: null }, Date.now());
  }
});
afterAll(async () => {
  await engine.dispose();
  repository[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** The time that training is given; it then fails, so that nothing is stored. */
async function secondsOf(id: string, maxMinutes?: number): Promise<number> {
  let seconds = Number.NaN;
  const createTuneEngine = (): TuneEngine => ({
    run: async (job: TrainJob) => {
      seconds = job.schedule.maxSeconds;
      return { kind: 'failed', code: 'closed', message: 'enough' };
    },
    pause: () => {},
    resume: () => {},
    dispose: async () => {},
  });
  const dependencies = {
    serving: async () => ({ engine, model }),
    createTuneEngine,
    nowMs: Date.now,
    toolVersion: '0.0.0',
  };
  const more = maxMinutes === undefined ? {} : { maxMinutes };
  const options = {
    folder: repository.root,
    modelPath: bundledModelPath(),
    baseType: 'as-is',
    threads: 1,
    ...more,
  } as const;
  const progress = new ProgressTracker('run-test', options.folder, Date.now, () => {});
  const { signal } = new AbortController();
  await expect(refit('run-test', id, options, dependencies, progress, signal)).rejects.toThrow('enough');
  return seconds;
}

it('what was trained in several runs is repeated for as long as all of them', async () => {
  expect(await secondsOf('tuned')).toBe(1400);
  expect(await secondsOf('kept-up')).toBe(1440);
});

it('a repetition takes the time given, or that of a tune if it is not known how long its ancestors were trained', async () => {
  expect(await secondsOf('kept-up', 2)).toBe(120);
  expect(await secondsOf('orphan')).toBeGreaterThan(200);
});

it.each(['of-a-cluster', 'kept-up-here', 'of-a-job', 'of-a-colleague'])(
  'a repetition of one %s, whose seconds are those of another machine, takes the time of a tune here',
  async (id) => {
    expect(await secondsOf(id)).toBe(await secondsOf('orphan'));
  },
);

it('a repetition can be followed and stopped from a window while it trains', async () => {
  const seen: string[] = [];
  let training: (() => void) | null = null;
  const isTraining = new Promise<void>((resolve) => {
    training = resolve;
  });
  const createTuneEngine = (): TuneEngine => ({
    run: async (_job, _onEvent, signal) => {
      training?.();
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return { kind: 'stopped' };
    },
    pause: () => {},
    resume: () => {},
    dispose: async () => {},
  });
  const follower = new RunFollower(store.dir, {
    onProgress: ({ runId, stage }) => void seen.push(`${runId} ${stage}`),
    onResult: () => {},
    onFailure: (message) => void seen.push(message),
  });
  const options = { folder: repository.root, modelPath: bundledModelPath(), baseType: 'as-is', threads: 1 } as const;
  const dependencies = {
    serving: async () => ({ engine: Object.assign(engine, { pause: () => {}, resume: () => {} }), model }),
    createTuneEngine,
    nowMs: Date.now,
    toolVersion: '0.0.0',
    pauseOnBattery: false,
    onProgress: () => {},
  };
  await follower.start();
  try {
    const outcome = watchedRefit('run-again', 'tuned', options, dependencies, new AbortController().signal);
    await Promise.race([isTraining, outcome]);
    await expect.poll(() => seen.at(-1)).toBe('run-again loading');
    follower.send({ kind: 'stop' });
    expect(await outcome).toEqual({ kind: 'stopped' });
    await expect.poll(() => seen.at(-1)).toBe('run-again stopped');
  } finally {
    follower.dispose();
  }
});
