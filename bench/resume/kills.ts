import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sha256File } from '../../server/adapters/hash.ts';
import { TuneProcess } from '../../server/engine/tuneProcess.ts';
import { bundledModelPath } from '../../server/paths.ts';
import { readCheckpoint } from '../../server/tuning/checkpoint.ts';
import { writeSequences } from '../../server/tuning/sequences.ts';
import { randomFrom } from '../../server/tuning/shuffle.ts';
import type { LoopOutcome, TrainJob } from '../../server/tuning/trainJob.ts';

export interface ResumeCheck {
  readonly folder: string;
  readonly kills: number;
  readonly steps: number;
  say(line: string): void;
}

export interface ResumeOutcome {
  readonly runs: number;
  readonly differ: number;
  /** Kills that found a checkpoint; the others started again from nothing. */
  readonly resumed: number;
  /** Steps at which the checkpoints stood. */
  readonly resumedFrom: readonly number[];
}

export async function checkResume({ folder, kills, steps, say }: ResumeCheck): Promise<ResumeOutcome> {
  const undisturbed = await freshJob(join(folder, 'undisturbed'), steps);
  const startedMs = performance.now();
  await finished(undisturbed);
  const runMs = performance.now() - startedMs;
  const expected = await sha256File(join(undisturbed.runDir, undisturbed.adapterFile));
  const random = randomFrom(Date.now() >>> 0, 1);
  const resumedFrom: number[] = [];
  let differ = 0;
  for (let run = 0; run < kills; run++) {
    const job = await freshJob(join(folder, `run-${run}`), steps);
    const killAfterMs = Math.round(runMs * random());
    const killed = await killedAfter(job, killAfterMs);
    const checkpoint = await readCheckpoint(join(job.runDir, job.checkpointFile), job.runId);
    if (killed && checkpoint !== null) resumedFrom.push(checkpoint.step);
    await finished(job);
    const same = (await sha256File(join(job.runDir, job.adapterFile))) === expected;
    if (!same) differ++;
    const stood =
      checkpoint === null ? 'before its first checkpoint' : `with its checkpoint at step ${checkpoint.step}`;
    say(
      `${String(run + 1).padStart(2)}  killed after ${killAfterMs} of ${Math.round(runMs)} ms, ${stood}: ${same ? 'the same adapter' : 'ANOTHER ADAPTER'}`,
    );
    await rm(job.runDir, { recursive: true });
  }
  return { runs: kills, differ, resumed: resumedFrom.length, resumedFrom };
}

/** Dropout, packing, several epochs and best weights in play: all state that a checkpoint has to hold. */
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
      rsLora: false,
      dropout: 0.1,
      weightDecay: 0.01,
      loraPlusRatio: 2,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      clipNorm: 1,
      seed: 5,
      threads: 1,
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
      tokensPerStep: 192,
      evaluateEvery: 3,
      patience: 100,
      maxSeconds: 3600,
    },
    adaptToSpeed: false,
    initialAdapter: null,
    sequencesFile: 'sequences.bin',
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint.json',
    // After every step, so that many kills fall into the writing of one.
    checkpointEverySeconds: 0,
  };
}

async function finished(job: TrainJob): Promise<void> {
  const engine = new TuneProcess();
  const outcome = await engine.run(job, () => {}).finally(() => engine.dispose());
  if (outcome.kind !== 'trained') throw new Error(`The run ended with ${JSON.stringify(outcome)}`);
}

/** Whether the run was still going on then. */
async function killedAfter(job: TrainJob, ms: number): Promise<boolean> {
  const engine = new TuneProcess();
  let ended: LoopOutcome | null = null;
  const run = engine
    .run(job, () => {})
    .then((outcome) => {
      ended = outcome;
    });
  await wait(ms);
  const { pid } = engine;
  if (ended === null && pid !== undefined) process.kill(pid, 'SIGKILL');
  await run;
  await engine.dispose();
  return (ended as LoopOutcome | null)?.kind === 'failed';
}
