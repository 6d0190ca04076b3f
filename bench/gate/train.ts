/** A short training for checks: a fixed number of small steps, independent of the machine's speed. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTuneEngine } from '../../server/engine/index.ts';
import { planSchedule } from '../../server/engine/training/schedule.ts';
import { type Sequence, writeSequences } from '../../server/engine/training/sequences.ts';
import type { TrainJob } from '../../server/engine/training/trainJob.ts';
import type { ModelInfo } from '../../server/engine/types.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';

const TOKENS_PER_STEP = 1024;

export interface ShortTraining {
  /** The name of the run, and of its folder below `scratch`. */
  readonly name: string;
  readonly scratch: string;
  readonly model: ModelInfo;
  readonly train: readonly Sequence[];
  /** The loop's steering set. */
  readonly steering: readonly Sequence[];
  readonly steps: number;
  readonly seed: number;
  readonly learningRate?: number | undefined;
  /** An adapter to continue from. */
  readonly initialAdapter?: string | undefined;
}

/** @returns the adapter's path. */
export async function trainShortly(run: ShortTraining): Promise<string> {
  const { name, scratch, model, train, steering, steps, seed } = run;
  const runDir = join(scratch, name);
  await mkdir(runDir, { recursive: true });
  await writeSequences(join(runDir, 'sequences.bin'), [
    ...train,
    ...steering.map((sequence) => ({ ...sequence, split: 'held-out' as const })),
  ]);
  const plan = planSchedule({
    trainTokens: train.reduce((sum, { tokens }) => sum + tokens.length, 0),
    parameters: model.parameters,
    maxSeconds: 3600,
  });
  const job: TrainJob = {
    runId: name,
    runDir,
    trainer: trainerConfig({ folder: '', modelPath: bundledModelPath(), baseType: 'q4_0', seed }, model),
    schedule: {
      ...plan,
      steps,
      tokensPerStep: TOKENS_PER_STEP,
      warmupSteps: 2,
      evaluateEvery: steps,
      learningRate: run.learningRate ?? plan.learningRate,
    },
    adaptToSpeed: false,
    initialAdapter: run.initialAdapter ?? null,
    // Full scale: a bad adapter must stay as bad as it was made.
    adapterScale: 1,
    sequencesFile: 'sequences.bin',
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint.json',
    checkpointEverySeconds: 3600,
  };
  const engine = createTuneEngine();
  const outcome = await engine.run(job, () => {}).finally(() => engine.dispose());
  if (outcome.kind !== 'trained') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  return join(runDir, job.adapterFile);
}
