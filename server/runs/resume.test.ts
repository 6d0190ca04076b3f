import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { createCompletionEngine, createTuneEngine } from '../engine/index.ts';
import type { LoopEvent, TuneEngine } from '../engine/training/trainJob.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import { forgetFile } from '../mining/learning.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { sha256File } from '../storage/hash.ts';
import { isFile } from '../storage/isFile.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { endOfSession } from '../system/endOfSession.ts';
import { TuneError } from '../tuning/errors.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { asProgress, discardForgotten, discardInterrupted, endedIn, findInterrupted } from './interrupted.ts';
import { clearStore, runFolders } from './leftovers.ts';
import { runTune } from './pipeline.ts';
import type { Interrupted } from './resumeRecord.ts';
import { inRun } from './runFolder.ts';
import { first } from './runOptions.ts';
import { Runs } from './runs.ts';
import { KeptEnd } from './unseenEnd.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000 });

const slowMs = { timeout: 200_000, interval: 50 };
const STEPS = 6;
const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
const data = mkdtempSync(join(tmpdir(), 'repotune-data-'));
vi.stubEnv('REPOTUNE_DATA', data);
const modelPath = join(data, 'base.gguf');
const repository = new ScratchRepository();
/** The repository with a run that was interrupted in it; copied for each case, as if it had been moved. */
let original: string;
let folder: string;
/** Hash of the adapter of a run that was not interrupted. */
let undisturbed: string;
let engine: CompletionEngine;
let model: ModelInfo;

beforeAll(async () => {
  copyFileSync(bundledModelPath(), modelPath);
  engine = createCompletionEngine();
  model = await engine.load({ modelPath, contextTokens: 1024, threads: 1, device: 'cpu' });
  for (let i = 0; i < 24; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 3));
  repository.commit('first');
  original = repository.root;
  moveToCopy();
  const { result } = await sitting();
  undisturbed = await sha256File((await (await AdapterStore.of(folder)).byId(result!.adapterId)).adapterPath);
  rmSync(folder, { recursive: true });
  folder = original;
  await sitting({ endAt: 4 });
});
beforeEach(moveToCopy);
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await engine.dispose();
  rmSync(original, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

function moveToCopy(): void {
  folder = mkdtempSync(join(tmpdir(), 'repotune-moved-'));
  cpSync(original, folder, { recursive: true });
}

/** Trains for a few steps, keeps a checkpoint of each, and tells of them. */
function fewSteps(onEvent: (event: LoopEvent) => void): TuneEngine {
  const process = createTuneEngine();
  return {
    run: (job, tell, signal) => {
      const schedule = {
        ...job.schedule,
        steps: STEPS,
        tokensPerStep: 256,
        warmupSteps: 1,
        evaluateEvery: 2,
        maxSeconds: 600,
      };
      const all = (event: LoopEvent): void => {
        onEvent(event);
        tell(event);
      };
      return process.run({ ...job, schedule, adaptToSpeed: false, checkpointEverySeconds: 0 }, all, signal);
    },
    pause: () => process.pause(),
    resume: () => process.resume(),
    dispose: () => process.dispose(),
  };
}

function commitAll(): void {
  execFileSync('git', ['-C', folder, 'add', '.']);
  execFileSync('git', ['-C', folder, ...AUTHOR, 'commit', '-q', '-m', 'later']);
}

function moveAway(from: string, to: string): void {
  execFileSync('git', ['-C', folder, 'mv', from, to]);
  commitAll();
}

interface Sitting {
  readonly result: TuneResult | null;
  /** Steps computed in it. */
  readonly steps: readonly number[];
}

/** `endAt`: the session ends at that step. */
async function sitting({
  resume = null,
  endAt = null,
  runId = 'run-test',
}: {
  resume?: Interrupted | null;
  endAt?: number | null;
  runId?: string;
} = {}): Promise<Sitting> {
  const options: TuneOptions = {
    folder,
    modelPath,
    baseType: 'q4_0',
    rank: 4,
    adaptedBlocks: 0,
    threads: 1,
    maxMinutes: 0.1,
    anyway: true,
  };
  const stop = new AbortController();
  const steps: number[] = [];
  const onEvent = (event: LoopEvent): void => {
    if (event.kind !== 'step') return;
    steps.push(event.step);
    if (event.step === endAt) stop.abort(endOfSession());
  };
  const progress = new ProgressTracker(runId, options.folder, Date.now, () => {});
  const dependencies = {
    serving: async () => ({ engine, model }),
    createTuneEngine: () => fewSteps(onEvent),
    nowMs: Date.now,
    toolVersion: '0.0.0',
    measuredOn: { pairs: 4, places: 2 },
    resume,
  };
  const run = runTune(runId, { ...(resume?.record.options ?? options), folder }, dependencies, progress, stop.signal);
  if (endAt === null) return { result: await run, steps };
  await expect(run).rejects.toThrow();
  return { result: null, steps };
}

const interrupted = async (): Promise<Interrupted | null> => await findInterrupted((await AdapterStore.of(folder)).dir);

it('a run whose session ended goes on at its next step, and ends with the adapter of an undisturbed one', async () => {
  // As at the start of a window.
  await clearStore(folder);
  const found = (await interrupted())!;
  expect(found).toMatchObject({ steps: STEPS, record: { runId: 'run-test' } });
  expect(asProgress(found, '/code')).toMatchObject({ stage: 'stopped', resumable: true, folder: '/code' });

  // Work goes on meanwhile; the run learns what it began with.
  writeFileSync(join(folder, 'src/later.ts'), moduleText('later'));
  commitAll();
  const { dir } = await AdapterStore.of(folder);
  cpSync(found.runDir, join(found.runDir, '..', 'run-earlier'), { recursive: true });
  const rest = await sitting({ resume: found });
  expect(rest.steps).toEqual([1, 2, 3, 4, 5, 6].slice(found.step));
  // What it became takes the place of all that was interrupted.
  expect(await runFolders(dir)).toEqual([]);
  const { manifest, adapterPath } = await (await AdapterStore.of(folder)).byId(rest.result!.adapterId);
  expect(manifest.dataset).toMatchObject({ files: 24, commit: found.record.dataset.commit });
  expect(manifest.training.steps).toBe(STEPS);
  expect(await sha256File(adapterPath)).toBe(undisturbed);
});

it('a run that was killed once it had stored its version is not offered again, and the version is named', async () => {
  const found = (await interrupted())!;
  const { dir } = await AdapterStore.of(folder);
  cpSync(found.runDir, join(folder, '.git/before'), { recursive: true });
  const { result } = await sitting({ resume: found });
  cpSync(join(folder, '.git/before'), found.runDir, { recursive: true });
  const kept = await KeptEnd.begin(dir, { ...first('run-test', folder, 0), message: 'Training' });
  await kept.leave();
  expect(await interrupted()).toBeNull();
  const ended = await endedIn(dir, null, (of) => of);
  const { name, active } = await (await AdapterStore.of(folder)).byId(result!.adapterId);
  expect(ended?.unseen?.message).toContain(
    `once it had stored its adapter, ${name}, which ${active ? 'is active' : 'did not pass'}.`,
  );
  await clearStore(folder);
  expect(await runFolders(dir)).toEqual([]);
});

it.each<[string, () => void | Promise<void>, RegExp]>([
  [
    'what it learns from is left out now',
    () => writeFileSync(join(folder, '.repotuneignore'), 'src/module1.ts\n'),
    /1 file that it learns from is gone or left out now \(src\/module1\.ts\)/,
  ],
  [
    'a file that it learns from is gone',
    () => rmSync(join(folder, 'src/module1.ts')),
    /1 file that it learns from is gone or left out now/,
  ],
  [
    'the text of a file that it learns from has moved to where it is left out',
    () => {
      moveAway('src/module1.ts', 'src/apart.ts');
      writeFileSync(join(folder, 'src/module1.ts'), moduleText('another'));
      commitAll();
      writeFileSync(join(folder, '.repotuneignore'), 'src/apart.ts\n');
    },
    /1 file that it learns from is gone or left out now \(src\/module1\.ts\)/,
  ],
  [
    'its base has been replaced',
    () => writeFileSync(modelPath, Buffer.concat([readFileSync(bundledModelPath()), Buffer.alloc(64)])),
    /is not the model that it trains on/,
  ],
  [
    'its sequences are damaged',
    async () => {
      const { runDir, record } = (await interrupted())!;
      writeFileSync(join(runDir, record.job.sequencesFile), 'damaged');
    },
    /what it learns from is damaged/,
  ],
])('an interrupted run does not go on when %s, and says so', async (_, change, message) => {
  const found = (await interrupted())!;
  await change();
  await expect(sitting({ resume: found })).rejects.toThrow(message);
  copyFileSync(bundledModelPath(), modelPath);
});

it('an interrupted run does not go on with the history of a file that has been left out since under its later name', async () => {
  const found = (await interrupted())!;
  writeFileSync(join(folder, 'src/former.ts'), moduleText('former'));
  commitAll();
  moveAway('src/former.ts', 'src/later.ts');
  const learned = { ...found, record: { ...found.record, gone: ['src/former.ts'] } };
  writeFileSync(join(folder, '.repotuneignore'), 'src/later.ts\n');
  await expect(sitting({ resume: learned })).rejects.toThrow(/gone or left out now \(src\/former\.ts\)/);
});

it.each<[string, (found: Interrupted) => void]>([
  [
    'its record was not made here',
    ({ runDir }) => {
      const path = join(runDir, 'resume.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"rank":4', '"rank":8'));
    },
  ],
  ['its checkpoint is gone', ({ runDir, record }) => rmSync(join(runDir, record.job.checkpointFile))],
  ['its sequences are gone', ({ runDir, record }) => rmSync(join(runDir, record.job.sequencesFile))],
])('a run that left its folder is not offered, and is cleared away, if %s', async (_, change) => {
  change((await interrupted())!);
  expect(await interrupted()).toBeNull();
  await clearStore(folder);
  expect(await runFolders((await AdapterStore.of(folder)).dir)).toEqual([]);
});

it.each([
  ['is not offered if it would end the same way again', true],
  ['is offered if what ended it may pass', false],
])('a run whose folder an error message names %s', async (_, isFinal) => {
  const found = (await interrupted())!;
  const { runId, options } = found.record;
  const ended = new TuneError('It diverged.', { keepsRun: true, isFinal });
  const run = inRun(runId, { ...options, folder }, { resume: found }, () => Promise.reject(ended));
  await expect(run).rejects.toBe(ended);
  expect((await interrupted())?.record.runId).toBe(isFinal ? undefined : runId);
  expect(await isFile(join(found.runDir, found.record.job.checkpointFile))).toBe(true);
});

it('of the folders in a store from elsewhere, which may be many with large records, the newest eight are read and kept', async () => {
  const { dir } = await AdapterStore.of(folder);
  const { runDir } = (await interrupted())!;
  for (let i = 0; i < 11; i++) cpSync(runDir, join(runDir, '..', `run-copy${i}`), { recursive: true });
  rmSync(runDir, { recursive: true });
  for (let i = 0; i < 11; i++) utimesSync(join(runDir, '..', `run-copy${i}`), 1000 + i, 1000 + i);
  const list = vi.spyOn(AdapterStore.prototype, 'list');
  expect((await findInterrupted(dir))?.record.runId).toBe('run-test');
  // Their versions are looked for at once.
  expect(list).toHaveBeenCalledOnce();
  list.mockRestore();
  await clearStore(folder);
  const left = (await runFolders(dir)).map((path) => basename(path)).toSorted();
  expect(left).toEqual([10, 3, 4, 5, 6, 7, 8, 9].map((i) => `run-copy${i}`));
});

it.each<[string, string, Partial<TuneProgress>, string, string | null]>([
  ['failed as nobody saw is offered with its reason', 'run-test', { stage: 'failed', message: 'No.' }, 'No.', 'No.'],
  ['was killed as nobody saw is offered', 'run-test', {}, 'The tune was interrupted at step', null],
  [
    'waits is offered beside what is told of a later one',
    'run-later',
    { stage: 'failed', message: 'No.' },
    'The tune was interrupted at step',
    'No.',
  ],
])('an interrupted run that %s', async (_, runId, end, shown, unseen) => {
  const { dir } = await AdapterStore.of(folder);
  const kept = await KeptEnd.begin(dir, { ...first(runId, folder, Date.now()), ...end });
  await kept.leave();
  const ended = await endedIn(dir, null, () => '/code');
  expect(ended?.shown).toMatchObject({ runId: 'run-test', folder: '/code', resumable: true });
  expect(ended?.shown.message.slice(0, shown.length)).toBe(shown);
  expect(ended?.unseen?.message ?? null).toBe(unseen);
});

it('a discarded run leaves nothing', async () => {
  const { dir } = await AdapterStore.of(folder);
  expect(await discardInterrupted(dir, 'run-other')).toBe(true);
  expect(await interrupted()).not.toBeNull();
  expect(await discardInterrupted(dir, 'run-test')).toBe(true);
  expect(await runFolders(dir)).toEqual([]);
});

it('a window offers an interrupted run once, and continues it in a process of its own', async () => {
  const seen: { offered: TuneProgress[]; stages: Set<string>; results: TuneResult[]; failures: string[] } = {
    ...{ offered: [], stages: new Set(), results: [], failures: [] },
  };
  const runs = new Runs(
    {
      onProgress: ({ stage }) => void seen.stages.add(stage),
      onResult: (result) => void seen.results.push(result),
      onFailure: (message) => void seen.failures.push(message),
      onInterrupted: (run) => void seen.offered.push(run),
      onUnseenFailure: () => {},
    },
    Date.now,
  );
  try {
    await runs.setFolders([folder]);
    await expect.poll(() => seen.offered, slowMs).toMatchObject([{ runId: 'run-test', folder, resumable: true }]);
    expect(runs.continueRun({ runId: 'run-test', folder, pauseOnBattery: false })).toMatchObject({ kind: 'started' });
    await expect.poll(() => [...seen.results, ...seen.failures], slowMs).toHaveLength(1);
    expect(seen.results).toMatchObject([{ runId: 'run-test', steps: STEPS }]);
    expect(seen.offered).toHaveLength(1);
    expect(runs.shown(folder)?.progress).toMatchObject({ stage: 'done' });
  } finally {
    await runs.stop();
    runs.dispose();
  }
});

it.each([
  ['', 'src/module1.ts'],
  [' under its later name', 'src/apart.ts'],
])('a run that learned from a file is deleted once that file is forgotten%s', async (_, name) => {
  const { dir } = await AdapterStore.of(folder);
  if (name !== 'src/module1.ts') moveAway('src/module1.ts', name);
  await forgetFile(dir, 'src/unknown.ts');
  expect(await discardForgotten(folder)).toEqual([]);
  await forgetFile(dir, name);
  expect(await discardForgotten(folder)).toEqual(['run-test']);
  expect(await runFolders(dir)).toEqual([]);
});

it('an interrupted run stays until a new one is done, as that may be refused or stopped', async () => {
  const { dir } = await AdapterStore.of(folder);
  const ids = async () => (await runFolders(dir)).map((path) => basename(path)).toSorted();
  expect((await sitting({ endAt: 2, runId: 'run-new' })).steps).toEqual([1, 2]);
  expect(await ids()).toEqual(['run-new', 'run-test']);
  expect((await interrupted())?.record.runId).toBe('run-new');
});
