/**
 * Retrains a version that passed the gate, with the same settings, on everything including the held-out files and newest commits. Nothing
 * is left to measure it on, so it becomes a separate version, marked as not evaluated, and is not activated by itself.
 */
import { join } from 'node:path';
import { lineageOf } from '../adapters/lineage.ts';
import { originOf } from '../adapters/standing.ts';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { mineRepository } from '../mining/index.ts';
import { CLUSTER_BASE_TYPES, learnedEdits } from '../protocol/manifest.ts';
import type { EndReason } from '../protocol/tune.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { TuneError } from '../tuning/errors.ts';
import { restingBytes, trainerConfig } from '../tuning/hyperparameters.ts';
import { learnedFrom } from '../tuning/learnedFrom.ts';
import { NOTHING_HELD_OUT, Preparation, type Prepared } from '../tuning/prepare.ts';
import { minutesOf } from '../tuning/presets.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { makeJob, train } from '../tuning/trainRun.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { shapeOf } from '../versions/continuing.ts';
import { describeVersion, learnedDataset, newVersionId } from '../versions/describeVersion.ts';
import { editsToLearn } from './editsToLearn.ts';
import type { TuneDependencies } from './pipeline.ts';
import { inRun } from './runFolder.ts';

export interface RefitResult {
  readonly adapterId: string;
  /** The version it repeats. */
  readonly of: string;
  readonly pairs: number;
  readonly steps: number;
  readonly end: EndReason;
}

const MOST_PAIRS = 8000;

/** `wanted`: the version to repeat. Rejects with a message for the user. */
export async function refit(
  runId: string,
  wanted: string,
  options: TuneOptions,
  dependencies: TuneDependencies,
  progress: ProgressTracker,
  signal: AbortSignal,
): Promise<RefitResult> {
  return await inRun(runId, options, dependencies, async (store, runDir) => {
    const version = await store.find(wanted);
    const { manifest, standing } = version;
    if (standing.kind !== 'passed')
      throw new TuneError(`Adapter ${version.id} has not passed the gate here, so it is not retrained on everything.`);
    if (manifest.base.sha256 !== (await sha256OfModel(options.modelPath)))
      throw new TuneError(`Adapter ${version.id} belongs to the base ${manifest.base.name}. Pass that with --model.`);
    const mined = await mineRepository(learnedFrom(options.folder), (step) => progress.mining(step), signal);
    const dataset = { ...mined, pairs: mined.pairs.map((pair) => ({ ...pair, split: 'train' as const })) };
    progress.stage('loading', 'Loading the base model');
    const serving = await dependencies.serving(options.modelPath, options.device ?? 'auto');
    signal.throwIfAborted();
    const { seed, learningRate, adapterScale = 1 } = manifest.training;
    const settings: TuneOptions = { ...options, ...(await shapeOf(version)), seed, learningRate };
    const seconds = await secondsFor(version, store, options, serving.model.parameters);
    const resting = restingBytes(serving.model);
    const trainer = trainerConfig(settings, serving.model, resting);
    const preparation = new Preparation(dataset, serving, manifest.prompt);
    progress.message('Tokenizing');
    const learned = await preparation.train(MOST_PAIRS, trainer.seed, null, signal);
    // The loop needs a held-out set; as everything is trained on, its loss only shows that training progresses.
    const steering = learned.sequences.slice(0, 8).map((sequence) => ({ ...sequence, split: 'held-out' as const }));
    const edits = learnedEdits(manifest)
      ? await editsToLearn(options.folder, { dataset: mined, learnedTo: mined.commit }, learned, serving, signal)
      : [];
    const prepared: Prepared = {
      format: preparation.format,
      train: learned,
      heldOut: NOTHING_HELD_OUT,
      steering,
      edits,
    };
    const job = await makeJob(runId, runDir, trainer, serving, prepared, settings, seconds, {
      initialAdapter: null,
      adapterScale,
    });
    // Nothing is measured afterwards.
    if (resting > 0) await serving.engine.rest?.();
    const outcome = await train(job, dependencies, progress, signal);
    progress.stage('storing', 'Storing the adapter');
    const createdAtMs = dependencies.nowMs();
    const id = newVersionId(createdAtMs, `${dataset.digest}${runId}`);
    const adapterFile = join(runDir, job.adapterFile);
    const described = await describeVersion(
      id,
      createdAtMs,
      {
        options,
        dataset: learnedDataset(dataset, dataset.commit, learned.pairs.length),
        serving,
        job,
        prepared,
        outcome,
        report: null,
        adapterFile,
        parent: version,
      },
      dependencies.toolVersion,
    );
    const name = `${version.name} (on everything)`.slice(0, 100);
    await store.add({ manifest: { ...described, name }, adapterFile, report: { refitOf: version.id } });
    await store.audit.append('tune', id, `${outcome.steps} steps on everything, after ${version.id}; not evaluated`);
    const { note = '', steps, reason: end } = outcome;
    progress.stage('done', `Trained on everything and stored without an evaluation. ${note}`.trim());
    return { adapterId: id, of: version.id, pairs: learned.pairs.length, steps, end };
  });
}

/**
 * As long as the version and those that it goes on from were trained together, since this one starts from scratch; as a tune by default
 * where one of them is gone, or was trained on another machine, whose seconds are not this one's.
 */
async function secondsFor(
  { id }: StoredAdapter,
  store: AdapterStore,
  options: TuneOptions,
  parameters: number,
): Promise<number> {
  const line = lineageOf((await store.list()).adapters, id);
  const seconds = await Promise.all(line.map(async (one) => (typeof one === 'string' ? null : await secondsHere(one))));
  const asked = minutesOf(options, parameters) * 60;
  if (options.maxMinutes !== undefined) return asked;
  return seconds.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0) ?? asked;
}

/** null if it was trained elsewhere. */
async function secondsHere({ dir, manifest: { training } }: StoredAdapter): Promise<number | null> {
  const elsewhere: readonly string[] = Object.values(CLUSTER_BASE_TYPES);
  // A job that was run by other means does not say how long it took.
  if (elsewhere.includes(training.baseType) || training.seconds === 0) return null;
  return (await originOf(dir)) === null ? training.seconds : null;
}
