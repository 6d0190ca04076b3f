/** Adapters or models that are deleted while a run trains, and a measuring process that is killed, cost the run none of its training. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { manifestFor } from '../adapters/testing.ts';
import type { CompletionProcess } from '../engine/process.ts';
import { bundledEngine, trainedAdapter } from '../engine/testing.ts';
import { NOTHING_SPENT, type TrainJob, type TuneEngine } from '../engine/training/trainJob.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import { SPLIT_RULE } from '../versions/describeVersion.ts';
import { emptyReport } from '../versions/testing.ts';
import { runTune } from './pipeline.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const repository = new ScratchRepository();
const scratch = mkdtempSync(join(tmpdir(), 'repotune-meanwhile-'));
vi.stubEnv('REPOTUNE_DATA', join(scratch, 'data'));
let engine: CompletionProcess;
let model: ModelInfo;
let adapter: string;
let store: AdapterStore;
beforeAll(async () => {
  for (let i = 0; i < 16; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repository.commit();
  adapter = await trainedAdapter(scratch, 'trained', moduleText('a', 1));
  engine = await bundledEngine();
  model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, threads: 1, device: 'cpu' });
  store = await AdapterStore.of(repository.root);
});
afterAll(async () => {
  await engine.dispose();
  repository[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** A stand-in engine: calls `meanwhile`, then finishes with a file trained earlier. */
function trains(meanwhile: () => Promise<void>): TuneEngine {
  return {
    run: async ({ runDir, adapterFile, schedule }: TrainJob) => {
      await meanwhile();
      copyFileSync(adapter, join(runDir, adapterFile));
      return {
        kind: 'trained',
        reason: 'schedule',
        steps: schedule.steps,
        tokens: 1000,
        seconds: 1,
        spent: NOTHING_SPENT,
        heldOutBefore: 2,
        heldOutBest: 1,
        bestStep: 1,
        adapterScale: 1,
      };
    },
    pause: () => {},
    resume: () => {},
    dispose: async () => {},
  };
}

async function tune(
  meanwhile: () => Promise<void>,
  { measuring = engine, modelPath = bundledModelPath() }: { measuring?: CompletionEngine; modelPath?: string } = {},
) {
  const options = {
    folder: repository.root,
    modelPath,
    baseType: 'as-is',
    rank: 4,
    threads: 1,
    maxMinutes: 0.1,
    device: 'cpu',
    anyway: true,
  } as const;
  const progress = new ProgressTracker('run-test', options.folder, Date.now, () => {});
  const dependencies = {
    serving: async () => ({ engine: measuring, model }),
    createTuneEngine: () => trains(meanwhile),
    nowMs: Date.now,
    toolVersion: '0.0.0',
    measuredOn: { pairs: 4, places: 1 },
  };
  return await runTune('run-test', options, dependencies, progress, new AbortController().signal);
}

it('when the active adapter is deleted during training, the new one is judged against the base alone', async () => {
  const made = await manifestFor('served', adapter);
  const [firstCommit] = repository.git('rev-list', 'HEAD').trim().split('\n');
  await store.add({
    manifest: {
      ...made,
      adapter: { ...made.adapter, rank: 4, alpha: 8 },
      base: { ...made.base, sha256: await sha256OfModel(bundledModelPath()) },
      dataset: { ...made.dataset, firstCommit: firstCommit!, commit: firstCommit!, split: SPLIT_RULE },
    },
    adapterFile: adapter,
    report: emptyReport,
  });
  await store.activate('served', 'test');
  const { adapterId, reason } = await tune(() => store.remove('served'));
  expect(await store.find(adapterId)).toMatchObject({ standing: { kind: expect.stringMatching(/passed|failed/) } });
  expect(reason).not.toMatch(/another adapter|switched|serves now/i);
});

/** For a failing run: where its message says the trained adapter is. */
async function keptBy(run: Promise<unknown>, why: RegExp): Promise<string> {
  const message = await run.then(
    () => 'It did not fail.',
    (error: Error) => error.message,
  );
  expect(message).toMatch(why);
  return / is kept in (\S+\.gguf) until the next tune\. /.exec(message)?.[1] ?? '';
}

/** The engine, which `calls` before each call of that name once the adapter is trained. */
function measuringWith(name: 'score' | 'complete', calls: () => unknown) {
  let trained = false;
  const measuring = new Proxy(engine, {
    get: (target, key) => {
      const value = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key !== name || !trained) return value.bind(target);
      return (...given: unknown[]) => calls() ?? value.apply(target, given);
    },
  });
  const meanwhile = async (): Promise<void> => {
    trained = true;
  };
  return { measuring, meanwhile };
}

it('when the measuring engine fails, the trained adapter is kept at the path in the message', async () => {
  const { measuring, meanwhile } = measuringWith('score', () => Promise.reject(new Error('The engine is gone')));
  expect(existsSync(await keptBy(tune(meanwhile, { measuring }), /^The engine is gone\. /))).toBe(true);
});

it.each(['score', 'complete'] as const)(
  'when the process of the measuring engine is killed in a call of "%s", as for lack of memory, the next one measures',
  async (name) => {
    const before = engine.pid!;
    const { measuring, meanwhile } = measuringWith(name, () => {
      if (engine.pid === before) process.kill(before, 'SIGKILL');
    });
    const { adapterId } = await tune(meanwhile, { measuring });
    expect(engine.pid).not.toBe(before);
    expect(await store.find(adapterId)).toMatchObject({ standing: { kind: expect.stringMatching(/passed|failed/) } });
  },
);

it.each<[string, RegExp, (modelPath: string) => void]>([
  ['the base is deleted', /^There is no model file /, (modelPath) => rmSync(modelPath)],
  [
    'the base is replaced by another file',
    /is not the model that was tuned/,
    (modelPath) => copyFileSync(adapter, modelPath),
  ],
])('when %s during training, the trained adapter is kept likewise', async (_, why, change) => {
  const modelPath = join(scratch, 'base.gguf');
  copyFileSync(bundledModelPath(), modelPath);
  expect(
    existsSync(
      await keptBy(
        tune(async () => change(modelPath), { modelPath }),
        why,
      ),
    ),
  ).toBe(true);
});
