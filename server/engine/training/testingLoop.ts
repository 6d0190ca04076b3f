/**
 * For the loop's decisions: a trainer with scripted losses, and a folder for its run. `check:resume` and the engine's tests run the native
 * one.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainerConfig } from '../../tuning/hyperparameters.ts';
import type { ModelInfo, Trainer, TrainingPlan, TrainRow } from '../types.ts';
import { writeSequences } from './sequences.ts';
import { shortSchedule } from './testing.ts';
import type { TrainJob } from './trainJob.ts';

export const model = { vocabularySize: 100, sizeBytes: 1, contextLength: 64 } as ModelInfo;

const plan: TrainingPlan = {
  blocks: 4,
  adaptedBlocks: 4,
  microBatchTokens: 64,
  keptBlocks: 1,
  keptAttentions: 0,
  weightBytes: 1,
  adapterBytes: 1,
  workingBytes: 1,
  frozenBytes: 0,
  streamedBytes: 0,
  totalBytes: 3,
  kernels: 'avx2',
  device: 'CPU',
};

export interface Script {
  readonly heldOut: readonly number[];
  readonly train?: (step: number) => number;
  readonly onStep?: (step: number, rows: readonly TrainRow[]) => void;
  /** The loss at a scale below 1, from `heldOut`'s; without it smaller scales are always worse. */
  readonly scaled?: (loss: number, scale: number) => number;
  readonly onEvaluate?: (rows: readonly TrainRow[]) => void;
  readonly kernels?: string;
}

export class ScriptedTrainer implements Trainer {
  readonly model = model;
  readonly trainableParameters = 1;
  readonly plan: TrainingPlan;
  readonly #script: Script;
  readonly scales: number[] = [];
  steps = 0;
  rates: number[] = [];
  calls = 0;
  #evaluations = -1;
  #evaluatedAt = -1;
  #cancelled = false;

  constructor(script: Script) {
    this.#script = script;
    this.plan = { ...plan, kernels: script.kernels ?? plan.kernels };
  }

  /** As in the addon: every call starts fresh, whatever was cancelled before it. */
  #begin(): void {
    this.calls++;
    this.#cancelled = false;
  }

  tokenize(): number[][] {
    return [];
  }

  async step(rows: readonly TrainRow[], learningRate: number) {
    this.#begin();
    this.#script.onStep?.(this.steps, rows);
    if (this.#cancelled) throw new Error('cancelled');
    this.steps++;
    this.rates.push(learningRate);
    return { loss: this.#script.train?.(this.steps) ?? 1, gradientNorm: 1, lossTokens: 10 };
  }

  async calibrate() {
    this.#begin();
    return { tokens: 0, errorBefore: 0, errorAfter: 0 };
  }

  async evaluate(rows: readonly TrainRow[], scale = 1) {
    this.#begin();
    const { heldOut, scaled } = this.#script;
    this.#script.onEvaluate?.(rows);
    this.scales.push(scale);
    if (this.#evaluatedAt !== this.steps) this.#evaluations++;
    this.#evaluatedAt = this.steps;
    const loss = heldOut[Math.min(this.#evaluations, heldOut.length - 1)]!;
    return { nll: scale === 1 ? loss : (scaled?.(loss, scale) ?? loss + 1 - scale), lossTokens: 1 };
  }

  async exportAdapter(path: string, scale = 1) {
    this.#begin();
    await writeFile(path, `after step ${this.steps}${scale === 1 ? '' : ` at ${scale}`}`);
  }

  async importAdapter() {}

  async saveState(path: string) {
    this.#begin();
    await writeFile(path, String(this.steps));
  }

  async loadState(path: string) {
    this.steps = Number(await readFile(path, 'utf8'));
  }

  cancel() {
    this.#cancelled = true;
  }

  dispose() {}
}

/** A folder for the run of each test, and its job. */
export class RunFolder {
  dir = '';

  async make(): Promise<void> {
    this.dir = await mkdtemp(join(tmpdir(), 'repotune-loop-'));
    await this.write(7);
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Writes sequences that all contain this token. */
  async write(token: number): Promise<void> {
    const sequence = { tokens: Int32Array.of(1, 2, token, 4), lossFrom: 2 };
    await writeSequences(join(this.dir, 'sequences.bin'), [
      ...Array.from({ length: 6 }, () => ({ split: 'train' as const, ...sequence })),
      { split: 'held-out', ...sequence },
    ]);
  }

  job(changes: Partial<TrainJob['schedule']> = {}, more: Partial<TrainJob> = {}): TrainJob {
    return {
      runId: 'r',
      runDir: this.dir,
      trainer: { ...trainerConfig({ folder: '', modelPath: 'm', baseType: 'f16' }, model), maxTokens: 8 },
      schedule: { ...shortSchedule, ...changes },
      adaptToSpeed: false,
      initialAdapter: null,
      adapterScale: null,
      sequencesFile: 'sequences.bin',
      adapterFile: 'adapter.gguf',
      checkpointFile: 'checkpoint.json',
      checkpointEverySeconds: 1e6,
      ...more,
    };
  }

  adapter(): Promise<string> {
    return readFile(join(this.dir, 'adapter.gguf'), 'utf8');
  }
}

export const quiet = (): void => {};
