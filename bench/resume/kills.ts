import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { randomFrom } from '../../server/common/random.ts';
import { readCheckpoint } from '../../server/engine/training/checkpoint.ts';
import { writeSequences } from '../../server/engine/training/sequences.ts';
import type { LoopOutcome, TrainJob } from '../../server/engine/training/trainJob.ts';
import { TuneProcess } from '../../server/engine/tuneProcess.ts';
import { sha256File } from '../../server/storage/hash.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';

const MOST_DRAWS = 20;

export interface ResumeCheck {
  readonly folder: string;
  readonly kills: number;
  readonly steps: number;
  say(line: string): void;
}

export interface ResumeOutcome {
  readonly runs: number;
  readonly differ: number;
  /** Runs killed during their steps and resumed from a checkpoint: fewer than all runs if some ended too soon. */
  readonly resumed: number;
  /** Steps of the checkpoints resumed from. */
  readonly resumedFrom: readonly number[];
}

export async function checkResume({ folder, kills, steps, say }: ResumeCheck): Promise<ResumeOutcome> {
  const undisturbed = await freshJob(join(folder, 'undisturbed'), steps);
  const stepsMs = await finished(undisturbed);
  const expected = await sha256File(join(undisturbed.runDir, undisturbed.adapterFile));
  const random = randomFrom(Date.now() >>> 0, 1);
  const resumedFrom: number[] = [];
  let differ = 0;
  for (let run = 0; run < kills; run++) {
    const { job, step, afterMs } = await killed(join(folder, `run-${run}`), steps, () =>
      Math.round(stepsMs * random()),
    );
    if (step !== null) resumedFrom.push(step);
    await finished(job);
    const same = (await sha256File(join(job.runDir, job.adapterFile))) === expected;
    if (!same) differ++;
    const stood = step === null ? 'NEVER KILLED' : `with its checkpoint at step ${step}`;
    say(
      `${String(run + 1).padStart(2)}  killed ${afterMs} ms after its first checkpoint (of ${Math.round(stepsMs)} ms), ${stood}: ${same ? 'the same adapter' : 'ANOTHER ADAPTER'}`,
    );
    await rm(job.runDir, { recursive: true });
  }
  return { runs: kills, differ, resumed: resumedFrom.length, resumedFrom };
}

/** Involves packing, several epochs and best weights: all the state that a checkpoint must hold. */
async function freshJob(runDir: string, steps: number): Promise<TrainJob> {
  await mkdir(runDir, { recursive: true });
  const random = randomFrom(11, 3);
  const sequence = (split: 'train' | 'held-out') => {
    const length = 12 + Math.floor(random() * 40);
    return { split, tokens: Int32Array.from({ length }, () => 200 + Math.floor(random() * 60)), lossFrom: 4 };
  };
  await writeSequences(join(runDir, 'sequences.bin'), [
    ...Array.from({ length: 14 }, () => sequence('train')),
    ...Array.from({ length: 2 }, () => sequence('held-out')),
  ]);
  return {
    runId: 'resume',
    runDir,
    trainer: {
      modelPath: bundledModelPath(),
      baseType: 'q4_0',
      rank: 4,
      alpha: 8,
      adaptedBlocks: 0,
      weightDecay: 0.01,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      clipNorm: 1,
      seed: 5,
      // Their partial sums must be added in a fixed order.
      threads: 2,
      device: 'cpu',
      maxTokens: 96,
      memoryBudgetBytes: 1 << 30,
    },
    schedule: {
      steps,
      warmupSteps: 2,
      learningRate: 5e-3,
      finalShare: 0.1,
      promptWeight: 0.25,
      promptEvery: 4,
      tokensPerStep: 192,
      evaluateEvery: 3,
      patience: 100,
      maxSeconds: 3600,
    },
    adaptToSpeed: false,
    initialAdapter: null,
    adapterScale: null,
    sequencesFile: 'sequences.bin',
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint.json',
    // After every step, so that many kills hit the writing of one.
    checkpointEverySeconds: 0,
  };
}

/** Runs to the end; returns the milliseconds since the first checkpoint. */
async function finished(job: TrainJob): Promise<number> {
  const engine = new TuneProcess();
  const running = engine.run(job, () => {}).finally(() => engine.dispose());
  await firstCheckpoint(job, running);
  const fromMs = performance.now();
  const outcome = await running;
  if (outcome.kind !== 'trained') throw new Error(`The run ended with ${JSON.stringify(outcome)}`);
  return performance.now() - fromMs;
}

/** A run killed during its steps, restarted if it ends before the kill. `step`: its checkpoint's. */
async function killed(runDir: string, steps: number, drawMs: () => number) {
  for (let draw = 1; ; draw++) {
    const job = await freshJob(runDir, steps);
    const afterMs = drawMs();
    const died = await killedAfter(job, afterMs);
    const checkpoint = died ? await readCheckpoint(join(runDir, job.checkpointFile), job.runId) : null;
    if (checkpoint !== null || draw === MOST_DRAWS) return { job, step: checkpoint?.step ?? null, afterMs };
    await rm(runDir, { recursive: true });
  }
}

/** Kills the run this long after its first checkpoint; returns whether it was still running. */
async function killedAfter(job: TrainJob, ms: number): Promise<boolean> {
  const engine = new TuneProcess();
  const running = engine.run(job, () => {});
  await firstCheckpoint(job, running);
  await wait(ms);
  const { pid } = engine;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  const outcome = await running;
  await engine.dispose();
  return outcome.kind === 'failed' && outcome.code === 'process-died';
}

async function firstCheckpoint({ runDir, checkpointFile }: TrainJob, running: Promise<LoopOutcome>): Promise<void> {
  let over = false;
  void running.then(() => {
    over = true;
  });
  while (!over && !existsSync(join(runDir, checkpointFile))) await wait(2);
}
