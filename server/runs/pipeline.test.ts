import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { commitsSince } from '../adapters/lineage.ts';
import { AdapterStore } from '../adapters/store.ts';
import { readUse } from '../adapters/useFile.ts';
import { createCompletionEngine, createTuneEngine } from '../engine/index.ts';
import type { TuneEngine } from '../engine/training/trainJob.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { reportSchema } from '../protocol/report.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { sha256File, sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { KEEP_UP } from '../tuning/keepUp.ts';
import { ABOUT, ADAPTER, layoutFolder } from '../tuning/layoutAdapters.ts';
import { ProgressTracker } from '../tuning/progress.ts';
import { mineHeldOut } from '../tuning/splits.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { compareVersions, requireComparable } from '../versions/compareVersions.ts';
import { judgeVersion, usableRival } from '../versions/judgeVersion.ts';
import { runTune } from './pipeline.ts';
import { refit } from './refit.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const SOURCES = [
  '../engine/training/loop',
  '../engine/training/batches',
  '../engine/training/packing',
  '../engine/training/schedule',
  '../engine/training/checkpoint',
  './pipeline',
  '../tuning/splits',
  '../versions/continuing',
];
const sourceOf = (name: string): string => readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');

const repository = new ScratchRepository();
const data = mkdtempSync(join(tmpdir(), 'repotune-data-'));
vi.stubEnv('REPOTUNE_DATA', data);
let engine: CompletionEngine;
let model: ModelInfo;

beforeAll(async () => {
  for (let i = 0; i < 16; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 3));
  // Real code minus some lines that a later commit adds: these are held out by time.
  for (const name of SOURCES) {
    const kept = sourceOf(name)
      .split('\n')
      .filter((_, line) => line % 12 < 9);
    repository.write(`src/${basename(name)}.ts`, kept.join('\n'));
  }
  repository.commit('first');
  for (let i = 16; i < 20; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 3)).commit(`module ${i}`);
  engine = createCompletionEngine();
  model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, threads: 1, device: 'cpu' });
});
afterAll(async () => {
  await engine.dispose();
  rmSync(repository.root, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** Stores it as the layout adapter in this test's data folder. */
async function keepAsLayout(adapterFile: string): Promise<void> {
  const baseSha256 = await sha256OfModel(bundledModelPath());
  const folder = layoutFolder(baseSha256);
  await mkdir(folder, { recursive: true });
  await copyFile(adapterFile, join(folder, ADAPTER));
  const adapterSha256 = await sha256File(adapterFile);
  const prompt = { order: 'suffix-first-line', repoTokens: false };
  await writeFile(
    join(folder, ABOUT),
    JSON.stringify({ format: 1, baseSha256, baseBytes: 1, adapterSha256, prompt, steps: 1, tokens: 1 }),
  );
}

/** Trains for a second, not for as long as a run does at least: a step or two show as much here. */
function briefTuneEngine(): TuneEngine {
  const engine = createTuneEngine();
  return {
    run: (job, onEvent, signal) =>
      engine.run({ ...job, schedule: { ...job.schedule, maxSeconds: 1 } }, onEvent, signal),
    pause: () => engine.pause(),
    resume: () => engine.resume(),
    dispose: () => engine.dispose(),
  };
}

async function tune(more: Partial<TuneOptions> = {}): Promise<{ result: TuneResult; stages: string[] }> {
  const stages = new Set<string>();
  const options: TuneOptions = {
    folder: repository.root,
    modelPath: bundledModelPath(),
    baseType: 'q4_0',
    rank: 4,
    threads: 1,
    maxMinutes: 0.1,
    // A busy machine may manage few steps in that time.
    anyway: true,
    ...more,
  };
  const progress = new ProgressTracker('run-test', options.folder, Date.now, ({ stage }: TuneProgress) =>
    stages.add(stage),
  );
  const dependencies = {
    serving: async () => ({ engine, model }),
    createTuneEngine: briefTuneEngine,
    nowMs: Date.now,
    toolVersion: '0.0.0',
    measuredOn: { pairs: 4, places: 2 },
  };
  const result = await runTune('run-test', options, dependencies, progress, new AbortController().signal);
  return { result, stages: [...stages] };
}

it('a tune ends in a stored, measured and judged version, from which the next ones continue', async () => {
  const { result, stages } = await tune({ force: true });
  expect(stages).toEqual(['mining', 'loading', 'training', 'evaluating', 'storing', 'done']);
  expect(result.steps).toBeGreaterThan(0);
  expect(result.heldOutLossTuned).not.toBe(result.heldOutLossBase);

  const store = await AdapterStore.of(repository.root);
  const first = await store.find(result.adapterId);
  await store.verify(first);
  const report = reportSchema.parse(await store.report(first.id));
  expect(report.training).toMatchObject({ steps: result.steps });
  expect(report.byFile.overLayout).toBeNull();
  expect(report.byFile.base.loss).toBe(result.heldOutLossBase);
  expect(report.byFile.base.completions?.places).toBeGreaterThan(0);
  expect(first.manifest).toMatchObject({ parent: null, training: { method: 'qlora', steps: result.steps } });
  expect(result.activated).toBe(true);
  expect((await store.active())?.id).toBe(first.id);
  expect((await store.audit.read()).map(({ action }) => action).slice(0, 2)).toEqual(['tune', 'activate']);

  // The same weights posing as a layout adapter: no gain over themselves is knowledge of this repository.
  await keepAsLayout(first.adapterPath);

  // The same weights posing as a colleague's: measured against the serving adapter, they are no better.
  const pulled = { ...first.manifest, id: 'from-a-colleague' };
  await store.add({
    manifest: pulled,
    adapterFile: first.adapterPath,
    report: {},
    origin: { kind: 'pulled', from: 'a colleague' },
  });
  const request = {
    folder: repository.root,
    store,
    modelPath: bundledModelPath(),
    pairs: 4,
    // For places and memorized text; with so few pairs, all are scored in any case.
    secondsPerModel: 0.1,
    keep: true,
    activate: true,
  };
  const judge = async (id: string) =>
    await judgeVersion(
      { ...request, adapter: await store.find(id) },
      { serving: async () => ({ engine, model }), mineHeldOut, nowMs: Date.now },
      () => {},
    );
  const judgement = await judge(pulled.id);
  expect(judgement).toMatchObject({ activated: false, verdict: { activate: false } });
  expect(judgement.report.byFile.active?.loss).toBe(judgement.report.byFile.tuned.loss);
  expect(judgement.report.byTime).toEqual(null);
  expect(judgement.report.training).toMatchObject({ steps: result.steps });
  const { overLayout } = judgement.report.byFile;
  expect(overLayout).toMatchObject({ pairs: judgement.report.byFile.pairs, difference: { mean: 0 } });
  expect(overLayout?.layout).toBe(overLayout?.tuned);
  expect((await store.find(pulled.id)).standing).toMatchObject({ kind: 'failed' });
  expect((await store.active())?.id).toBe(first.id);

  // Another is activated during the measurement, so the figures are not about the serving adapter.
  await store.disable('test');
  const serving = async () => {
    await store.activate(first.id, 'test');
    return { engine, model };
  };
  const overtaken = await judgeVersion(
    { ...request, adapter: await store.find(pulled.id) },
    { serving, mineHeldOut, nowMs: Date.now },
    () => {},
  );
  expect(overtaken.verdict).toMatchObject({ activate: false, reason: expect.stringContaining('was activated while') });
  expect((await store.active())?.id).toBe(first.id);
  const foreign = {
    ...pulled,
    id: 'of-another-repository',
    dataset: { ...pulled.dataset, firstCommit: '1'.repeat(40) },
  };
  await store.add({ manifest: foreign, adapterFile: first.adapterPath, report: {} });
  await expect(judge(foreign.id)).rejects.toThrow(/tuned on another repository/);

  await expect(tune({ continueFrom: 'active' })).rejects.toThrow(/Nothing to learn has changed since adapter/);
  for (const part of [SOURCES.slice(0, 4), SOURCES.slice(4)]) {
    for (const name of part) repository.write(`src/${basename(name)}.ts`, sourceOf(name));
    repository.commit(`more of ${part[0]}`);
  }
  expect(await commitsSince(repository.root, first.manifest.dataset.commit)).toBe(2);
  const next = await tune({ continueFrom: 'active', byTime: true });
  const second = await store.find(next.result.adapterId);
  expect(second.manifest.parent).toBe(first.id);
  // The first of the two new commits is learned, the other is held out.
  expect(second.manifest.dataset.learnedTo).toBe(repository.git('rev-parse', 'HEAD~1').trim());
  expect(second.manifest.dataset.trainPairs).toBeLessThan(first.manifest.dataset.trainPairs);
  const judged = reportSchema.parse(await store.report(second.id));
  expect(judged.byTime?.pairs).toBeGreaterThan(0);
  expect(judged.byFile.active?.loss).toBeGreaterThan(0);
  expect(judged.byFile.active?.loss).not.toBe(judged.byFile.base.loss);
  expect(second.active).toBe(next.result.activated);

  // Keeping up learns what the second was measured on, and is measured against what serves.
  await store.activate(second.id, 'test');
  const up = await tune({ keepUp: true, byTime: false, maxMinutes: 0.05 });
  const third = await store.find(up.result.adapterId);
  expect(third.manifest).toMatchObject({
    parent: second.id,
    training: { keptUp: true, adapterScale: second.manifest.training.adapterScale },
  });
  expect(third.manifest.dataset.learnedTo).toBe(repository.git('rev-parse', 'HEAD').trim());
  expect(third.manifest.dataset.trainPairs).toBeGreaterThan(0);
  const rate = first.manifest.training.learningRate * KEEP_UP.rateShare;
  expect(third.manifest.training.learningRate).toBeCloseTo(rate);
  expect(reportSchema.parse(await store.report(third.id)).byFile.active?.loss).toBeGreaterThan(0);
  const { probation } = await readUse(store.dir);
  expect(probation?.version).toBe(up.result.activated ? third.id : undefined);
  await store.activate(third.id, 'test');
  await expect(tune({ keepUp: true })).rejects.toThrow(/Too little has been written since adapter/);

  // A comparison measures both on the same pairs, whose losses their tunes have cached; it can be stopped.
  const heard: string[] = [];
  const compare = async (signal: AbortSignal) =>
    await compareVersions(
      { folder: repository.root, store, names: [first.id, second.id], modelPath: bundledModelPath() },
      // With a fast clock: everything it needs is measured however little time is left.
      { serving: async () => ({ engine, model }), mineHeldOut, nowMs: () => 60 * Date.now() },
      (message) => heard.push(message),
      signal,
    );
  const compared = (await compare(new AbortController().signal)).report.byFile;
  expect(compared.overActive?.loss.mean).toBeCloseTo(compared.tuned.loss - (compared.active?.loss ?? 0));
  expect(compared.pairs).toBeGreaterThan(1);
  expect(heard.join('\n')).toMatch(/Scoring held-out pairs: \d+ of at most \d+\nCompleting held-out places/);
  await expect(compare(AbortSignal.abort(new Error('stopped')))).rejects.toThrow(/stopped|aborted/);

  const dependencies = {
    serving: async () => ({ engine, model }),
    createTuneEngine: briefTuneEngine,
    nowMs: Date.now,
    toolVersion: '0',
  };
  const again = async (id: string) =>
    await refit(
      'run-refit',
      id,
      { folder: repository.root, modelPath: bundledModelPath(), baseType: 'q4_0', threads: 1 },
      dependencies,
      new ProgressTracker('run-refit', repository.root, Date.now, () => {}),
      new AbortController().signal,
    );
  // What it passed while nothing served depends on four pairs of this repository's own text.
  const colleagues = await store.find(pulled.id);
  await store.keepJudgement(colleagues, { passed: false, reason: 'No better.', report: null }, Date.now());
  await expect(again(pulled.id)).rejects.toThrow(/has not passed the gate/);
  await store.keepJudgement(first, { passed: true, reason: 'Better.', report: null }, Date.now());
  const everything = await store.find((await again(first.id)).adapterId);
  expect(everything.manifest).toMatchObject({ parent: first.id, metrics: null, dataset: { heldOutPairs: 0 } });
  expect(everything.manifest.dataset.trainPairs).toBeGreaterThan(first.manifest.dataset.trainPairs);
  expect(everything).toMatchObject({ active: false, standing: { kind: 'unjudged' } });
  expect(() => requireComparable(everything, first)).toThrow(/trained on all files/);
  await expect(judge(everything.id)).rejects.toThrow(/trained on all files/);
  await store.activate(everything.id, 'test');
  expect((await usableRival(store, first.manifest.base.sha256))?.id).toBe(first.id);

  // What passed was prompted in this layout, whatever its base is prompted with by now.
  const prompt = { order: 'prefix-first', repoTokens: false } as const;
  const older = { ...first.manifest, id: 'of-an-older-release', prompt };
  await store.add({ manifest: older, adapterFile: first.adapterPath, report: {} });
  await store.keepJudgement(
    { id: older.id, manifest: older },
    { passed: true, reason: 'Better.', report: null },
    Date.now(),
  );
  expect((await store.find((await again(older.id)).adapterId)).manifest.prompt).toEqual(prompt);
});
