import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trainerConfig } from '../../tuning/hyperparameters.ts';
import { Diverged, EngineError } from '../errors.ts';
import type { ModelInfo, Trainer, TrainingPlan, TrainRow } from '../types.ts';
import { runLoop } from './loop.ts';
import { writeSequences } from './sequences.ts';
import { shortSchedule } from './testing.ts';
import type { LoopEvent, TrainJob } from './trainJob.ts';

/** Decisions of the loop, on a trainer whose losses are written down; `check:resume` and the engine's tests run the native one. */
const model = { vocabularySize: 100, sizeBytes: 1, contextLength: 64 } as ModelInfo;

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

interface Script {
  readonly heldOut: readonly number[];
  readonly train?: (step: number) => number;
  readonly onStep?: (step: number, rows: readonly TrainRow[]) => void;
  /** Of `heldOut`'s loss and a scale below 1; without it less of the adapter is always worse. */
  readonly scaled?: (loss: number, scale: number) => number;
  readonly onEvaluate?: (rows: readonly TrainRow[]) => void;
  readonly kernels?: string;
}

class ScriptedTrainer implements Trainer {
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

  /** As the addon: every call begins anew, whatever was cancelled before it. */
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

let runDir: string;
beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'repotune-loop-'));
  await write(7);
});
afterEach(() => rm(runDir, { recursive: true, force: true }));

async function write(token: number): Promise<void> {
  const sequence = { tokens: Int32Array.of(1, 2, token, 4), lossFrom: 2 };
  await writeSequences(join(runDir, 'sequences.bin'), [
    ...Array.from({ length: 6 }, () => ({ split: 'train' as const, ...sequence })),
    { split: 'held-out', ...sequence },
  ]);
}

function job(changes: Partial<TrainJob['schedule']> = {}, more: Partial<TrainJob> = {}): TrainJob {
  return {
    runId: 'r',
    runDir,
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

const adapter = () => readFile(join(runDir, 'adapter.gguf'), 'utf8');
const quiet = (): void => {};

describe('runLoop', () => {
  it('stops when the held-out loss no longer falls, and keeps the weights of its lowest', async () => {
    const trainer = new ScriptedTrainer({ heldOut: [3, 2, 1.5, 1.6, 1.7, 1.8] });
    const outcome = await runLoop(trainer, job(), quiet);
    expect(outcome).toMatchObject({
      kind: 'trained',
      reason: 'early-stop',
      steps: 16,
      bestStep: 8,
      heldOutBefore: 3,
      heldOutBest: 1.5,
    });
    expect(await adapter()).toBe('after step 8');
  });

  it('runs the whole schedule while it gets better', async () => {
    const heldOut = Array.from({ length: 20 }, (_, i) => 3 - i * 0.1);
    const outcome = await runLoop(new ScriptedTrainer({ heldOut }), job(), quiet);
    expect(outcome).toMatchObject({ kind: 'trained', reason: 'schedule', steps: 40, bestStep: 40 });
    expect(await adapter()).toBe('after step 40');
  });

  it('keeps as much of the weights as serves best, and goes on searching from there', async () => {
    const trainer = new ScriptedTrainer({
      heldOut: [3, 2, 2.5, 2.5],
      scaled: (loss, scale) => loss + (scale - 0.5) ** 2 - 0.25,
    });
    const outcome = await runLoop(trainer, job({ steps: 12 }), quiet);
    expect(outcome).toMatchObject({ kind: 'trained', steps: 12, bestStep: 4, heldOutBest: 1.75, adapterScale: 0.5 });
    expect(await adapter()).toBe('after step 4 at 0.5');
    expect(trainer.scales).toEqual([1, 1, 0.75, 0.5, 0.375, 0.5, 0.375, 0.75, 0.5, 0.375, 0.75]);
  });

  it('looks at no other scale where it is given', async () => {
    const trainer = new ScriptedTrainer({ heldOut: [3, 2, 1], scaled: () => 1.5 });
    const outcome = await runLoop(trainer, job({ steps: 8 }, { adapterScale: 0.375 }), quiet);
    expect(outcome).toMatchObject({ kind: 'trained', adapterScale: 0.375, heldOutBest: 1.5 });
    expect(await adapter()).toBe('after step 4 at 0.375');
    expect(trainer.scales).toEqual([1, 0.375, 0.375]);
  });

  it('ends with its time, at the end of the cosine', async () => {
    let nowMs = 0;
    const trainer = new ScriptedTrainer({
      heldOut: [3, 2, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
      onStep: () => {
        nowMs += 2000;
      },
    });
    const clock = { nowMs: () => nowMs, rssBytes: () => 1 };
    const outcome = await runLoop(trainer, job({ maxSeconds: 20 }, { adaptToSpeed: true }), quiet, undefined, clock);
    expect(outcome).toMatchObject({ kind: 'trained', reason: 'time-limit', steps: 10 });
    expect(trainer.rates.at(-1)).toBeLessThan(0.2);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('a loss of %d fails with the step', async (loss) => {
    const trainer = new ScriptedTrainer({ heldOut: [3], train: (step) => (step === 3 ? loss : 1) });
    const outcome = await runLoop(trainer, job(), quiet);
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'diverged',
      message: expect.stringMatching(/step 3 of 40: the loss is .*Lower the learning rate \(it was 1\)/),
    });
    expect(existsSync(join(runDir, 'adapter.gguf'))).toBe(false);
  });

  it.each([
    ['the loss is Infinity', { train: (step: number) => (step === 7 ? Number.POSITIVE_INFINITY : 1) }, 6],
    [
      'the gradient is nan',
      {
        onStep: (step: number) => {
          if (step === 6) throw new Diverged('the gradient is nan', 'The gradient became nan in step 7.');
        },
      },
      6,
    ],
    ['the held-out loss is NaN', { heldOut: [3, 2, Number.NaN] }, 8],
  ])(
    'diverges where %s: the best weights so far are the result, and it says when and why',
    async (what, script, steps) => {
      const trainer = new ScriptedTrainer({ heldOut: [3, 2], ...script });
      const outcome = await runLoop(trainer, job(), quiet);
      const note = expect.stringContaining(what);
      expect(outcome).toMatchObject({ kind: 'trained', reason: 'diverged', steps, bestStep: 4, heldOutBest: 2, note });
      expect((outcome as { note: string }).note).toMatch(
        /diverged at step [78] of 40: .*the weights of step 4 are kept/,
      );
      expect(await adapter()).toBe('after step 4');
    },
  );

  it('weights worse than none are no result of a run that diverged', async () => {
    const trainer = new ScriptedTrainer({ heldOut: [3, 9], train: (step) => (step === 7 ? Number.NaN : 1) });
    expect(await runLoop(trainer, job(), quiet)).toMatchObject({ kind: 'failed', code: 'diverged' });
  });

  it('an error that is no divergence fails the run', async () => {
    const trainer = new ScriptedTrainer({
      heldOut: [3, 2],
      onStep: (step) => {
        if (step === 6) throw new EngineError('out-of-memory', 'out of memory');
      },
    });
    const outcome = await runLoop(trainer, job(), quiet);
    const message = 'Training failed at step 7 of 40: out of memory';
    expect(outcome).toEqual({ kind: 'failed', code: 'out-of-memory', message });
  });

  it('predicts what a run to its end takes, where a step is 3.2 times a forward pass', async () => {
    const secondsPerToken = 0.01;
    let nowMs = 0;
    const pass = (rows: readonly TrainRow[], times: number): void => {
      for (const { tokens } of rows) nowMs += tokens.length * times * secondsPerToken * 1000;
    };
    const train = { split: 'train' as const, tokens: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8), lossFrom: 2 };
    await writeSequences(join(runDir, 'sequences.bin'), [
      ...Array.from({ length: 50 }, () => train),
      ...Array.from({ length: 10 }, () => ({ ...train, split: 'held-out' as const })),
    ]);
    const trainer = new ScriptedTrainer({
      heldOut: Array.from({ length: 9 }, (_, i) => 3 - i * 0.1),
      onStep: (_, rows) => pass(rows, 3.2),
      onEvaluate: (rows) => pass(rows, 1),
    });
    let planned = Number.NaN;
    const outcome = await runLoop(
      trainer,
      job({ steps: 40, tokensPerStep: 64, evaluateEvery: 5 }, { adaptToSpeed: true }),
      (event) => {
        if (event.kind === 'planned') planned = event.seconds;
      },
      undefined,
      { nowMs: () => nowMs, rssBytes: () => 1 },
    );
    if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
    expect(outcome).toMatchObject({ reason: 'schedule', steps: 40, seconds: expect.closeTo(nowMs / 1000, 6) });
    expect(Math.abs(planned / outcome.seconds - 1)).toBeLessThan(0.3);
  });

  it.each([
    [true, { kind: 'failed', code: 'too-short', message: expect.stringContaining('Under 30 steps') }, 0],
    [false, { kind: 'trained', reason: 'time-limit' }, 7],
  ])('with too little time to help, refuses before the first step: %s', async (refuses, expected, steps) => {
    let nowMs = 0;
    const passes = (seconds: number) => () => {
      nowMs += 1000 * seconds;
    };
    const trainer = new ScriptedTrainer({ heldOut: [3, 2], onStep: passes(16), onEvaluate: passes(0.04) });
    const planned: number[] = [];
    const outcome = await runLoop(
      trainer,
      job(
        { steps: 400, tokensPerStep: 512, maxSeconds: 120, patience: 9 },
        { adaptToSpeed: true, preflight: { datasetTokens: 1e6, refuses } },
      ),
      (event) => event.kind === 'planned' && planned.push(event.epochs ?? Number.NaN),
      undefined,
      { nowMs: () => nowMs, rssBytes: () => 1 },
    );
    expect(outcome).toMatchObject(expected);
    expect(trainer.steps).toBe(steps);
    expect(planned.every((epochs) => epochs > 0 && epochs < 0.01)).toBe(true);
    expect(planned).toHaveLength(refuses ? 0 : 1);
  });

  it('counts what went before it, and says what its seconds went into', async () => {
    let nowMs = 0;
    const trainer = new ScriptedTrainer({
      heldOut: [3, 2.9, 2.8, 2.7],
      onStep: () => {
        nowMs += 2000;
      },
      onEvaluate: () => {
        nowMs += 500;
      },
    });
    const clock = { nowMs: () => nowMs, rssBytes: () => 1 };
    const outcome = await runLoop(trainer, job({ steps: 8 }), quiet, undefined, clock, 7);
    expect(outcome).toMatchObject({
      kind: 'trained',
      seconds: 7 + nowMs / 1000,
      spent: { opening: 7, steps: 16, evaluations: nowMs / 1000 - 16, checkpoints: 0 },
    });
  });

  it('refuses tokens the model does not have', async () => {
    await write(100);
    const outcome = await runLoop(new ScriptedTrainer({ heldOut: [3] }), job(), quiet);
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/Token 100 is outside the model's vocabulary of 100/),
    });
  });

  it('stopped in the middle of a step, is stopped', async () => {
    const abort = new AbortController();
    const trainer = new ScriptedTrainer({
      heldOut: [3],
      onStep: (step) => {
        if (step === 5) abort.abort();
      },
    });
    expect(await runLoop(trainer, job(), quiet, abort.signal)).toEqual({ kind: 'stopped' });
    expect(trainer.steps).toBe(5);
  });

  it('stopped between two calls of the trainer, begins no other', async () => {
    const abort = new AbortController();
    const trainer = new ScriptedTrainer({ heldOut: [3] });
    const running = runLoop(trainer, job(), quiet, abort.signal);
    abort.abort();
    expect(await running).toEqual({ kind: 'stopped' });
    expect(trainer.calls).toBe(0);
  });

  it('goes on from its checkpoint: step, best weights and patience', async () => {
    const abort = new AbortController();
    const each = { checkpointEverySeconds: 0 };
    const first = new ScriptedTrainer({
      heldOut: [3, 2, 2.5],
      onStep: (step) => {
        if (step === 9) abort.abort();
      },
    });
    await runLoop(first, job({}, each), quiet, abort.signal);
    const second = new ScriptedTrainer({ heldOut: [2.6], kernels: 'avx512' });
    const events: LoopEvent[] = [];
    const outcome = await runLoop(second, job({}, each), (event) => events.push(event));
    expect(events.find(({ kind }) => kind === 'step')).toMatchObject({ step: 10 });
    expect(events.find(({ kind }) => kind === 'resumed')).toEqual({
      kind: 'resumed',
      step: 9,
      changed: ['the kernels avx512 instead of avx2'],
    });
    expect(outcome).toMatchObject({ kind: 'trained', reason: 'early-stop', steps: 12, bestStep: 4, heldOutBefore: 3 });
    expect(await adapter()).toBe('after step 4');
  });

  it('takes up no checkpoint of another run', async () => {
    await runLoop(
      new ScriptedTrainer({ heldOut: [3] }),
      job({ steps: 8, patience: 9 }, { checkpointEverySeconds: 0 }),
      quiet,
    );
    const trainer = new ScriptedTrainer({ heldOut: [3] });
    await runLoop(trainer, job({ steps: 5 }, { runId: 'another' }), quiet);
    expect(trainer.steps).toBe(5);
  });
});
