import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { trainerConfig } from '../engine/testing.ts';
import { writeCheckpoint } from '../engine/training/checkpoint.ts';
import { WHOLE_EVALUATION } from '../engine/training/planRun.ts';
import { shortSchedule } from '../engine/training/testing.ts';
import { type LoopOutcome, NOTHING_SPENT, type TrainJob, type TuneEngine } from '../engine/training/trainJob.ts';
import type { DeviceChoice, DeviceName } from '../engine/types.ts';
import { TuneError } from './errors.ts';
import { ProgressTracker } from './progress.ts';
import { train } from './trainRun.ts';

/** The fate of a run whose process dies; `deviceLost.test.ts` loses a real one. */
const trained: LoopOutcome = {
  kind: 'trained',
  reason: 'schedule',
  steps: 40,
  tokens: 320,
  seconds: 1,
  spent: { ...NOTHING_SPENT, steps: 1 },
  heldOutBefore: 3,
  heldOutBest: 2,
  bestStep: 40,
  adapterScale: 1,
};

let runDir: string;
beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'repotune-train-'));
});
afterEach(() => rm(runDir, { recursive: true, force: true }));

function job(device: DeviceChoice): TrainJob {
  return {
    runId: 'r',
    runDir,
    trainer: { ...trainerConfig(), device },
    schedule: shortSchedule,
    adaptToSpeed: false,
    initialAdapter: null,
    adapterScale: null,
    sequencesFile: 'sequences.bin',
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint.json',
    checkpointEverySeconds: 30,
  };
}

async function checkpointAt(step: number): Promise<void> {
  await writeCheckpoint(
    join(runDir, 'checkpoint.json'),
    {
      runId: 'r',
      step,
      schedule: shortSchedule,
      cursor: { epoch: 0, row: step },
      tokens: 8 * step,
      spent: { ...NOTHING_SPENT, steps: 1 },
      evaluation: WHOLE_EVALUATION,
      anchor: null,
      heldOutBefore: 3,
      evaluations: 1,
      best: { loss: 2, scale: 1, step: 4, adapterFile: null },
      evaluationsSinceBest: 0,
      computed: {
        threads: 1,
        kernels: 'avx2',
        device: 'Vulkan0',
        microBatchTokens: 8,
        keptBlocks: 1,
        keptAttentions: 0,
      },
    },
    (path) => writeFile(path, ''),
  );
}

interface Life {
  /** The device it loads the base on; null: it dies before that. */
  readonly device: string | null;
  readonly checkpoint?: number;
  readonly outcome: LoopOutcome;
}

/** Engines that live as specified, one after the other. */
async function lived(asked: DeviceChoice, lives: readonly Life[], fault = '') {
  const devices: DeviceName[] = [];
  const said: string[] = [];
  const progress = new ProgressTracker(
    'r',
    '/r',
    () => 0,
    ({ stage, message }) => said.push(`${stage}: ${message}`),
  );
  const createTuneEngine = (): TuneEngine => ({
    run: async ({ trainer }, onEvent) => {
      const { device, checkpoint, outcome } = lives[devices.length]!;
      devices.push(trainer.device);
      if (device !== null)
        onEvent({
          kind: 'loaded',
          device,
          kernels: 'avx2',
          streamedBytes: 0,
        });
      if (checkpoint !== undefined) await checkpointAt(checkpoint);
      return outcome;
    },
    pause: () => {},
    resume: () => {},
    dispose: async () => {},
  });
  const fastest = async (): Promise<DeviceName> => 'Vulkan0';
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  const check = async (): Promise<void> => {
    if (fault !== '') throw new EngineError('device-failed', fault);
  };
  const signal = new AbortController().signal;
  const outcome = await train(job(asked), { createTuneEngine, fastest, check, wait }, progress, signal).catch(
    (error: unknown) => error,
  );
  return { devices, said, waits, outcome };
}

const deviceFailed: LoopOutcome = { kind: 'failed', message: 'Vulkan0 has no room.', code: 'device-failed' };
const died: LoopOutcome = { kind: 'failed', message: 'The tuning process was killed.', code: 'process-died' };

it('when the fastest device fails, training continues on the CPU from the checkpoint, with a message', async () => {
  const { devices, said, outcome } = await lived('auto', [
    { device: 'Vulkan0', checkpoint: 7, outcome: deviceFailed },
    { device: 'CPU', outcome: trained },
  ]);
  expect(outcome).toBe(trained);
  expect(devices).toEqual(['Vulkan0', 'cpu']);
  expect(said).toEqual([
    'training: Training on Vulkan0: measuring its speed and the loss to beat',
    'loading: Vulkan0 has no room. Training continues on the CPU from step 7.',
    'training: Training on the CPU: measuring its speed and the loss to beat',
  ]);
});

it('when a device fails before it has loaded the base, training begins on the CPU', async () => {
  const { devices, said } = await lived('vulkan', [
    { device: null, outcome: deviceFailed },
    { device: 'CPU', outcome: trained },
  ]);
  expect(devices).toEqual(['vulkan', 'cpu']);
  expect(said[1]).toMatch(/Training continues on the CPU from step 0/);
});

it('a named device that computes something else than the CPU is not trained on, and not exchanged in silence', async () => {
  const { devices, said, outcome } = await lived('vulkan', [], 'The device Vulkan0 is not used.');
  expect(outcome).toEqual(new TuneError('The device Vulkan0 is not used.'));
  expect([devices, said]).toEqual([[], ['loading: Comparing a step on vulkan with the CPU']]);
});

it('a process that dies on the CPU is restarted at once while it makes progress, then twice after a pause', async () => {
  const { said, waits, outcome } = await lived('cpu', [
    { device: 'CPU', checkpoint: 7, outcome: died },
    { device: 'CPU', outcome: died },
    { device: null, outcome: died },
    { device: 'CPU', outcome: died },
  ]);
  expect(said).toContain('loading: The tuning process was killed. Training continues from step 7.');
  expect(said).toContain('loading: The tuning process was killed. Training continues from step 7 in 60 seconds.');
  expect(waits).toEqual([10_000, 60_000]);
  expect(outcome).toBeInstanceOf(TuneError);
  expect((outcome as TuneError).message).toBe('The tuning process was killed. Earlier adapters are untouched.');
});

it('memory that is free again lets a training go on', async () => {
  const { outcome } = await lived('cpu', [
    { device: 'CPU', checkpoint: 7, outcome: died },
    { device: null, outcome: died },
    { device: 'CPU', outcome: trained },
  ]);
  expect(outcome).toBe(trained);
});

it('a process that dies before its first checkpoint ends the run', async () => {
  const { waits, outcome } = await lived('auto', [{ device: 'CPU', outcome: died }]);
  expect((outcome as TuneError).message).toMatch(/^The tuning process was killed\. Start the tune again/);
  expect(waits).toEqual([]);
});

it('a run that diverged without a result names the checkpoint that is kept, where there is one', async () => {
  const diverged: LoopOutcome = { kind: 'failed', message: 'Diverged at step 9.', code: 'diverged' };
  const none = await lived('auto', [{ device: 'CPU', outcome: diverged }]);
  expect(none.outcome).toMatchObject({ message: 'Diverged at step 9.', keepsRun: false });
  const some = await lived('auto', [{ device: 'CPU', checkpoint: 7, outcome: diverged }]);
  expect(some.outcome).toMatchObject({ message: expect.stringContaining(`of step 7, is kept`), keepsRun: true });
  expect((some.outcome as TuneError).message).toContain(runDir);
});
