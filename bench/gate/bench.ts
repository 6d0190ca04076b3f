/** Trains small adapters, spoils them, and submits them to the gate. */
import { join } from 'node:path';
import { readAdapterFile, writeAdapterFile } from '../../server/adapters/peft/ggufAdapter.ts';
import { Random, randomFrom } from '../../server/common/random.ts';
import { createCompletionEngine } from '../../server/engine/index.ts';
import type { Sequence } from '../../server/engine/training/sequences.ts';
import type { AdapterRef, CompletionEngine, ModelInfo } from '../../server/engine/types.ts';
import { MEASURED_ON, TuneEvaluation } from '../../server/evaluation/evaluateTune.ts';
import { gateVerdict, type Verdict } from '../../server/evaluation/gate.ts';
import { mineRepository } from '../../server/mining/index.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { type HeldOut, Preparation } from '../../server/tuning/prepare.ts';
import { trainShortly } from './train.ts';

/** Half of what a run uses (server/runs/pipeline.ts), from two dozen files: fewer cannot tell a short tune's gain from chance. */
const HELD_OUT = 120;
const TRAIN_PAIRS = 600;
/** As a multiple of each matrix's root mean square. */
const NOISE = 3;

export interface Recipe {
  readonly steps: number;
  readonly seed: number;
  readonly pairs?: number;
  readonly learningRate?: number;
  /** Shuffles the training tokens: the loss falls, but nothing useful is learned. */
  readonly shuffled?: boolean;
  /** Another repository's code. */
  readonly folder?: string;
  /** An adapter to continue from. */
  readonly from?: string;
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
    const evaluation = await TuneEvaluation.open({
      serving: { engine, model },
      repoName: dataset.repository,
      byFile: heldOut,
      byTime: null,
      storeDir: null,
      leastSamples: heldOut.samples.length,
      mostPlaces: MEASURED_ON.places,
      nowMs: Date.now,
    });
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

  /** Returns the adapter's path. */
  async train(name: string, recipe: Recipe): Promise<string> {
    const dataset = recipe.folder === undefined ? this.#dataset : await mineRepository({ folder: recipe.folder });
    const preparation = new Preparation(dataset, { engine: this.#engine, model: this.#model });
    const { sequences } = await preparation.train(recipe.pairs ?? TRAIN_PAIRS, recipe.seed);
    const learned = recipe.shuffled ? sequences.map(shuffledMiddle) : sequences;
    // The trainer's steering set: early stopping must not rescue the overfitted and the shuffled adapter.
    const steering = (recipe.shuffled || recipe.pairs ? learned : this.#heldOut.sequences).slice(0, 4);
    return await trainShortly({
      name,
      scratch: this.#scratch,
      model: this.#model,
      train: learned,
      steering,
      steps: recipe.steps,
      seed: recipe.seed,
      learningRate: recipe.learningRate,
      initialAdapter: recipe.from,
    });
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

  /** `rival`: the active adapter, null for the base. */
  async judge(path: string, scale: number, rival: string | null): Promise<Verdict> {
    const ref = (file: string, factor: number): AdapterRef => ({ id: `${file} ${factor}`, path: file, scale: factor });
    const { byFile, byTime } = await this.#evaluation.measure(
      {
        tuned: ref(path, scale),
        active: rival === null ? null : ref(rival, 1),
        learned: null,
        question: 'may-serve',
        // Unlimited: the verdicts must not depend on the machine's speed.
        seconds: Number.POSITIVE_INFINITY,
      },
      () => {},
    );
    return gateVerdict(byFile, byTime, rival === null ? null : 'honest');
  }

  close(): Promise<void> {
    return this.#engine.dispose();
  }
}

function shuffledMiddle(sequence: Sequence, i: number): Sequence {
  const { tokens, lossFrom } = sequence;
  const middle = new Random(i, 9).shuffle([...tokens.subarray(lossFrom)]);
  return { ...sequence, tokens: Int32Array.from([...tokens.subarray(0, lossFrom), ...middle]) };
}

/** A sample of a large matrix, enough to estimate its magnitude. */
function sampled(values: Float32Array): number[] {
  return Array.from(values.subarray(0, 4096));
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
