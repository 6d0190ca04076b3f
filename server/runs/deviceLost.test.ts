import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { CompletionProcess } from '../engine/process.ts';
import { trainerConfig } from '../engine/testing.ts';
import { writeSequences } from '../engine/training/sequences.ts';
import type { LoopEvent, TrainJob } from '../engine/training/trainJob.ts';
import { TuneProcess } from '../engine/tuneProcess.ts';
import type { DeviceChoice } from '../engine/types.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { train } from '../tuning/trainRun.ts';

// ggml passes over devices of the type CPU (lavapipe) unless one is named.
process.env['GGML_VK_VISIBLE_DEVICES'] = '0';
// Processors differ in what they round to bfloat16; the device rounds nothing.
process.env['REPOTUNE_KERNELS'] = 'f32';

const folder = mkdtempSync(join(tmpdir(), 'repotune-device-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function job(runId: string, device: DeviceChoice): Promise<TrainJob> {
  const tokens = Int32Array.from({ length: 40 }, (_, i) => 100 + ((i * 7) % 50));
  const sequencesFile = `${runId}.bin`;
  await writeSequences(join(folder, sequencesFile), [
    ...Array.from({ length: 4 }, () => ({ split: 'train' as const, tokens, lossFrom: 10 })),
    { split: 'held-out', tokens, lossFrom: 10 },
  ]);
  return {
    runId,
    runDir: folder,
    // Devices multiply quantized weights with activations of different precision; the losses are compared to 0.1 %.
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

/** Runs the job; `onStep` sees each step beside the process that computes it. */
async function run(work: TrainJob, onStep: (step: number, device: string, pid: number | undefined) => void = () => {}) {
  const told: Told = { messages: [], devices: [] };
  let engine = new TuneProcess();
  const progress = {
    stage: (_: string, message: string) => void told.messages.push(message),
    loop: (event: LoopEvent) => {
      if (event.kind === 'loaded') told.devices.push(event.device);
      if (event.kind === 'step') onStep(event.step, told.devices.at(-1) ?? '', engine.pid);
    },
  };
  const createTuneEngine = () => {
    engine = new TuneProcess();
    return engine;
  };
  const outcome = await train(work, { createTuneEngine }, progress, new AbortController().signal);
  return { ...told, outcome };
}

/** Why there is no Vulkan here; null where there is. */
async function vulkanMissing(): Promise<string | null> {
  if (gpuBackendPath('vulkan') === null) return 'the package has no Vulkan plug-in';
  const engine = new CompletionProcess();
  try {
    await engine.load({ modelPath: bundledModelPath(), contextTokens: 512, device: 'vulkan', threads: 1 });
    return null;
  } catch (error) {
    return String(error);
  } finally {
    await engine.dispose();
  }
}

test('a GPU that takes its process with it mid-run: the CPU goes on from the checkpoint, to the loss of a run of its own', {
  timeout: 400_000,
}, async ({ skip }) => {
  const missing = await vulkanMissing();
  if (missing !== null) skip(missing);
  let killed = false;
  const lost = await run(await job('lost', 'vulkan'), (step, device, pid) => {
    if (killed || step < 2 || device === 'CPU' || pid === undefined) return;
    killed = true;
    process.kill(pid, 'SIGABRT');
  });
  expect(killed).toBe(true);
  expect(lost.devices).toEqual([expect.stringMatching(/^Vulkan/), 'CPU']);
  expect(lost.messages.at(-1)).toMatch(/SIGABRT.*Training continues on the CPU from step [1-9]/);
  const own = await run(await job('own', 'cpu'));
  expect(own.messages).toEqual([]);
  // A step that is lost or done twice must show: each moves the loss by more than the bound.
  expect(own.outcome.heldOutBest).toBeLessThan(0.99 * own.outcome.heldOutBefore);
  expect(Math.abs(lost.outcome.heldOutBest / own.outcome.heldOutBest - 1)).toBeLessThan(0.001);
});

test('a process on the CPU that gets nowhere is not started for ever', { timeout: 60_000 }, async () => {
  const work = { ...(await job('stuck', 'cpu')), checkpointEverySeconds: 3600 };
  await expect(
    run(work, (_, __, pid) => {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }),
  ).rejects.toThrow(/SIGKILL.*Start the tune again/);
});
