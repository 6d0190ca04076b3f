/** A run on a device that gets lost: briefly in deviceLost.test.ts, mid-training in check:gpu. */
import { join } from 'node:path';
import { trainerConfig } from '../engine/testing.ts';
import { writeSequences } from '../engine/training/sequences.ts';
import type { LoopEvent, TrainJob } from '../engine/training/trainJob.ts';
import { TuneProcess } from '../engine/tuneProcess.ts';
import type { DeviceChoice } from '../engine/types.ts';
import { type Trained, train } from '../tuning/trainRun.ts';

/** A short run independent of the processor's rounding: two of them reach the same loss within 0.1 %. `folder`: for its files. */
export async function shortJob(folder: string, runId: string, device: DeviceChoice): Promise<TrainJob> {
  const tokens = Int32Array.from({ length: 40 }, (_, i) => 100 + ((i * 7) % 50));
  const sequencesFile = `${runId}.bin`;
  await writeSequences(join(folder, sequencesFile), [
    ...Array.from({ length: 4 }, () => ({ split: 'train' as const, tokens, lossFrom: 10 })),
    { split: 'held-out', tokens, lossFrom: 10 },
  ]);
  return {
    runId,
    runDir: folder,
    // Devices multiply quantized weights with activations of different precision; losses are compared to 0.1 %.
    trainer: { ...trainerConfig(), baseType: 'f16', device },
    schedule: {
      steps: 6,
      warmupSteps: 1,
      learningRate: 1e-3,
      finalShare: 0.1,
      tokensPerStep: 40,
      promptWeight: 0,
      promptEvery: 1,
      evaluateEvery: 6,
      patience: 100,
      maxSeconds: 600,
    },
    adaptToSpeed: false,
    initialAdapter: null,
    adapterScale: null,
    sequencesFile,
    adapterFile: `${runId}.gguf`,
    checkpointFile: `${runId}.json`,
    checkpointEverySeconds: 0,
  };
}

interface Told {
  readonly messages: string[];
  readonly devices: string[];
}

/** Runs the job; `onStep` gets each step with the pid of the process that computes it, and step 0 once it has loaded the model. */
export async function runJob(
  work: TrainJob,
  onStep: (step: number, device: string, pid: number | undefined) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Told & { readonly outcome: Trained }> {
  const told: Told = { messages: [], devices: [] };
  let engine = new TuneProcess();
  const progress = {
    stage: (_: string, message: string) => void told.messages.push(message),
    loop: (event: LoopEvent) => {
      if (event.kind === 'loaded') {
        told.devices.push(event.device);
        onStep(0, event.device, engine.pid);
      }
      if (event.kind === 'step') onStep(event.step, told.devices.at(-1) ?? '', engine.pid);
    },
  };
  const createTuneEngine = () => {
    engine = new TuneProcess();
    return engine;
  };
  // A software driver would compile its shaders for it twice; check:cuda has a faulty device.
  const check = async (): Promise<void> => {};
  const outcome = await train(work, { createTuneEngine, check }, progress, signal);
  return { ...told, outcome };
}
