/** Trains small adapters, spoils them, and puts them before the gate. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readAdapterFile, writeAdapterFile } from '../../server/adapters/peft/ggufAdapter.ts';
import { createCompletionEngine, createTuneEngine } from '../../server/engine/index.ts';
import type { AdapterRef, CompletionEngine, ModelInfo } from '../../server/engine/types.ts';
import { TuneEvaluation } from '../../server/evaluation/evaluateTune.ts';
import { judge, type Verdict } from '../../server/evaluation/gate.ts';
import { mineRepository } from '../../server/mining/index.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { bundledModelPath } from '../../server/paths.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { type HeldOut, Preparation } from '../../server/tuning/prepare.ts';
import { planSchedule } from '../../server/tuning/schedule.ts';
import { type Sequence, writeSequences } from '../../server/tuning/sequences.ts';
import { randomFrom, shuffled } from '../../server/tuning/shuffle.ts';
import type { TrainJob } from '../../server/tuning/trainJob.ts';

const HELD_OUT = 60;
const TRAIN_PAIRS = 600;
/** As in a tune of a few minutes. */
const SECONDS_PER_MODEL = 10;
const TOKENS_PER_STEP = 1024;
/** Of each matrix's root mean square. */
const NOISE = 3;

export interface Recipe {
  readonly steps: number;
  readonly seed: number;
  readonly pairs?: number;
  readonly learningRate?: number;
  /** The tokens to be learned in random order: loss falls, nothing is learned. */
  readonly shuffled?: boolean;
  /** Another repository's code. */
  readonly folder?: string;
}

export class GateBench {
  readonly #scratch: string;
  readonly #dataset: Dataset;
  readonly #engine: CompletionEngine;
  readonly #model: ModelInfo;
  readonly #heldOut: HeldOut;
  readonly #evaluation: TuneEvaluation;

  static async open(folder: string, scratch: string): Promise<GateBench> {
    const engine = createCompletionEngine();
    const model = await engine.load({ modelPath: bundledModelPath(), contextTokens: 1024, device: 'cpu' });
    const dataset = await mineRepository({ folder });
    const heldOut = await new Preparation(dataset, { engine, model }).heldOut(HELD_OUT);
    const evaluation = await TuneEvaluation.begin(
      {
        serving: { engine, model },
        repoName: dataset.repository,
        byFile: heldOut,
        byTime: null,
        secondsPerModel: SECONDS_PER_MODEL,
        nowMs: Date.now,
      },
      () => {},
    );
    return new GateBench(scratch, dataset, engine, model, heldOut, evaluation);
  }

  private constructor(
    scratch: string,
    dataset: Dataset,
    engine: CompletionEngine,
    model: ModelInfo,
    heldOut: HeldOut,
    evaluation: TuneEvaluation,
  ) {
    this.#scratch = scratch;
    this.#dataset = dataset;
    this.#engine = engine;
    this.#model = model;
    this.#heldOut = heldOut;
    this.#evaluation = evaluation;
  }

  /** Answers with the adapter's path. */
  async train(name: string, recipe: Recipe): Promise<string> {
    const dataset = recipe.folder === undefined ? this.#dataset : await mineRepository({ folder: recipe.folder });
    const preparation = new Preparation(dataset, { engine: this.#engine, model: this.#model });
    const { sequences, tokens } = await preparation.train(recipe.pairs ?? TRAIN_PAIRS, recipe.seed);
    const learned = recipe.shuffled ? sequences.map(shuffledMiddle) : sequences;
    // What the trainer steers by: the overfitted and the shuffled one must not be saved by early stopping.
    const steering = (recipe.shuffled || recipe.pairs ? learned : this.#heldOut.sequences).slice(0, 4);
    const runDir = join(this.#scratch, name);
    await mkdir(runDir, { recursive: true });
    await writeSequences(join(runDir, 'sequences.bin'), [
      ...learned,
      ...steering.map((sequence) => ({ ...sequence, split: 'held-out' as const })),
    ]);
    const trainer = trainerConfig(
      { folder: '', modelPath: bundledModelPath(), baseType: 'q4_0', seed: recipe.seed },
      this.#model,
    );
    const plan = planSchedule({ trainTokens: tokens, parameters: this.#model.parameters, maxSeconds: 3600 });
    const job: TrainJob = {
      runId: name,
      runDir,
      trainer,
      schedule: {
        ...plan,
        steps: recipe.steps,
        tokensPerStep: TOKENS_PER_STEP,
        warmupSteps: 2,
        evaluateEvery: recipe.steps,
        learningRate: recipe.learningRate ?? plan.learningRate,
      },
      adaptToSpeed: false,
      initialAdapter: null,
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

  async withNoise(path: string): Promise<string> {
    const file = await readAdapterFile(path);
    const random = randomFrom(4, 4);
    for (const { data: values } of file.matrices.values()) {
      const size = Math.hypot(...sampled(values)) / Math.sqrt(sampled(values).length);
      for (let i = 0; i < values.length; i++) values[i] = values[i]! + NOISE * size * gaussian(random);
    }
    const noisy = join(this.#scratch, 'noisy.gguf');
    await writeAdapterFile(noisy, file);
    return noisy;
  }

  /** `rival`: the adapter that serves, null for the base. */
  async judge(path: string, scale: number, rival: string | null): Promise<Verdict> {
    const ref = (file: string, factor: number): AdapterRef => ({ id: `${file} ${factor}`, path: file, scale: factor });
    const { byFile, byTime } = await this.#evaluation.finish(
      ref(path, scale),
      rival === null ? null : ref(rival, 1),
      () => {},
    );
    return judge(byFile, byTime, rival === null ? null : 'honest');
  }

  close(): Promise<void> {
    return this.#engine.dispose();
  }
}

function shuffledMiddle(sequence: Sequence, i: number): Sequence {
  const { tokens, lossFrom } = sequence;
  const middle = shuffled([...tokens.subarray(lossFrom)], randomFrom(i, 9));
  return { ...sequence, tokens: Int32Array.from([...tokens.subarray(0, lossFrom), ...middle]) };
}

/** Enough of a large matrix to know its size. */
function sampled(values: Float32Array): number[] {
  return Array.from(values.subarray(0, 4096));
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
