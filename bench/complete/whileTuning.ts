/** Request times during a tune, relative to the same requests on an idle machine. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundledEngine, scratchFolder, trainerConfig } from '../../server/engine/testing.ts';
import { writeSequences } from '../../server/engine/training/sequences.ts';
import type { TrainJob } from '../../server/engine/training/trainJob.ts';
import { TuneProcess } from '../../server/engine/tuneProcess.ts';
import { Turns } from '../../server/engine/turns.ts';
import { budgetFor } from '../../server/prompt/index.ts';
import { keystrokes, realFiles } from './keystrokes.ts';
import { ask } from './ours.ts';
import { quantile } from './statistics.ts';

const TOKENS = 16;

export async function whileTuning(
  keys: number,
): Promise<{ ratio: number; idleP95Ms: number; tuningP95Ms: number; stepsMeanwhile: number }> {
  const runDir = scratchFolder();
  const engine = await bundledEngine();
  const turns = new Turns();
  const tune = new TuneProcess();
  turns.attach({ pause: () => tune.pause(), resume: () => tune.resume(), isComputing: () => true });
  const stop = new AbortController();
  try {
    const [text] = realFiles(1);
    const states = keystrokes(text!, keys, 4);
    const measure = async (): Promise<number> => {
      const totals: number[] = [];
      for (const state of states) {
        totals.push(
          (await turns.generating(() => ask(engine, state, { budget: budgetFor(1024), tokens: TOKENS }))).totalMs,
        );
        // A typist's pause, in which the tune continues.
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      return quantile(totals.slice(1), 0.95);
    };
    const idleP95Ms = await measure();
    let steps = 0;
    let begun: () => void = () => undefined;
    const training = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const job = await endlessJob(runDir, (await engine.tokenize([text!]))[0]!);
    const outcome = tune.run(
      job,
      (event) => {
        if (event.kind !== 'step') return;
        steps = event.step;
        begun();
      },
      stop.signal,
    );
    await Promise.race([
      training,
      outcome.then((ended) => Promise.reject(new Error(`The tune ended: ${JSON.stringify(ended)}`))),
    ]);
    const before = steps;
    const tuningP95Ms = await measure();
    const stepsMeanwhile = steps - before;
    stop.abort();
    await outcome;
    return { ratio: tuningP95Ms / idleP95Ms, idleP95Ms, tuningP95Ms, stepsMeanwhile };
  } finally {
    stop.abort();
    await engine.dispose();
    await tune.dispose();
    rmSync(runDir, { recursive: true, force: true });
  }
}

async function endlessJob(runDir: string, tokens: readonly number[]): Promise<TrainJob> {
  const row = (at: number) => Int32Array.from(tokens.slice(at, at + 400));
  await writeSequences(join(runDir, 'sequences.bin'), [
    ...Array.from({ length: 8 }, (_, i) => ({ split: 'train' as const, tokens: row(i * 400), lossFrom: 1 })),
    { split: 'held-out', tokens: row(3200), lossFrom: 1 },
  ]);
  return {
    runId: 'bench',
    adaptToSpeed: false,
    initialAdapter: null,
    adapterScale: null,
    runDir,
    trainer: { ...trainerConfig(), rank: 16, threads: 2 },
    schedule: {
      steps: 100_000,
      warmupSteps: 2,
      learningRate: 1e-4,
      finalShare: 0.1,
      tokensPerStep: 800,
      promptWeight: 0,
      promptEvery: 1,
      evaluateEvery: 100_000,
      patience: 10,
      maxSeconds: 3600,
    },
    sequencesFile: 'sequences.bin',
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint',
    checkpointEverySeconds: 3600,
  };
}
