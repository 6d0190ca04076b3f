import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { awakeMs, cpuMsOf, isStopped, rest } from '../system/testing.ts';
import { scratchFolder, trainerConfig } from './testing.ts';
import { writeSequences } from './training/sequences.ts';
import type { LoopEvent, TrainJob } from './training/trainJob.ts';
import { TuneProcess } from './tuneProcess.ts';

vi.setConfig({ testTimeout: 120_000 });

const runDir = scratchFolder();
afterAll(() => rmSync(runDir, { recursive: true, force: true }));

async function job(more: Partial<TrainJob> = {}, heldOut = 1): Promise<TrainJob> {
  const tokens = Int32Array.from({ length: 120 }, (_, i) => 100 + ((i * 7) % 50));
  await writeSequences(join(runDir, 'sequences.bin'), [
    ...Array.from({ length: 24 }, () => ({ split: 'train' as const, tokens, lossFrom: 10 })),
    ...Array.from({ length: heldOut }, () => ({ split: 'held-out' as const, tokens, lossFrom: 10 })),
  ]);
  rmSync(join(runDir, 'checkpoint'), { recursive: true, force: true });
  return {
    runId: 'test',
    runDir,
    trainer: trainerConfig(),
    schedule: {
      steps: 3000,
      warmupSteps: 2,
      learningRate: 1e-3,
      finalShare: 0.1,
      tokensPerStep: 240,
      promptWeight: 0,
      promptEvery: 1,
      evaluateEvery: 1000,
      patience: 100,
      maxSeconds: 600,
    },
    adaptToSpeed: false,
    initialAdapter: null,
    adapterScale: null,
    sequencesFile: 'sequences.bin',
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint',
    checkpointEverySeconds: 3600,
    ...more,
  };
}

/** Runs a job and acts at its second step. */
async function atSecondStep(engine: TuneProcess, act: () => void, signal?: AbortSignal) {
  let acted = false;
  return await engine.run(
    await job(),
    (event: LoopEvent) => {
      if (acted || event.kind !== 'step' || event.step < 2) return;
      acted = true;
      act();
    },
    signal,
  );
}

const WAYS = [
  { name: 'by a signal', hasSignals: true },
  { name: 'asked to wait, as on Windows', hasSignals: false },
];

describe('a tuning process', () => {
  test('runs a job to its end and writes the adapter', async () => {
    const events: LoopEvent[] = [];
    const short = await job();
    const outcome = await new TuneProcess().run(
      { ...short, schedule: { ...short.schedule, steps: 6, evaluateEvery: 3 } },
      (event) => events.push(event),
    );
    if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
    expect(outcome.steps).toBeGreaterThanOrEqual(6);
    expect(events.filter(({ kind }) => kind === 'step')).toHaveLength(outcome.steps);
    expect(existsSync(join(runDir, 'adapter.gguf'))).toBe(true);
  });

  test('ends at once when stopped, also while it is paused', { retry: 2 }, async () => {
    for (const paused of [false, true]) {
      const engine = new TuneProcess();
      const stop = new AbortController();
      let abortedAt = 0;
      let pid = 0;
      const outcome = await atSecondStep(
        engine,
        () => {
          if (paused) engine.pause();
          pid = engine.pid!;
          abortedAt = performance.now();
          stop.abort();
        },
        stop.signal,
      );
      expect(outcome).toEqual({ kind: 'stopped' });
      expect(performance.now() - abortedAt).toBeLessThan(500);
      await engine.dispose();
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    }
  });

  test('ends at once when stopped during start or load, and leaves no process', { retry: 2 }, async () => {
    const slow = await job({ trainer: { ...trainerConfig(), baseType: 'q4_k' } });
    for (const afterMs of [0, 100, 200, 300, 400]) {
      const engine = new TuneProcess();
      const stop = new AbortController();
      const running = engine.run(slow, () => undefined, stop.signal);
      const pid = engine.pid!;
      await wait(afterMs);
      const abortedAt = performance.now();
      stop.abort();
      expect(await running).toEqual({ kind: 'stopped' });
      expect(performance.now() - abortedAt).toBeLessThan(300);
      await engine.dispose();
      expect(performance.now() - abortedAt).toBeLessThan(1000);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    }
  });

  test.each(WAYS)(
    'counts the time of a pause against neither its time budget nor its plan: $name',
    async ({ hasSignals }) => {
      // Enough steps for both pauses to fall in the middle.
      const short = await job({ adaptToSpeed: true }, 40);
      const schedule = { ...short.schedule, steps: 6, evaluateEvery: 6, maxSeconds: 600 };
      const engine = new TuneProcess({ hasSignals });
      const pauses: Promise<void>[] = [];
      const pause = async (): Promise<void> => {
        engine.pause();
        await wait(2000);
        engine.resume();
      };
      const startedMs = performance.now();
      let plannedAfterMs = Number.NaN;
      let planned = Number.NaN;
      const outcome = await engine.run({ ...short, schedule }, (event) => {
        if (event.kind === 'loaded' || (event.kind === 'step' && event.step === 2)) pauses.push(pause());
        if (event.kind !== 'planned') return;
        plannedAfterMs = performance.now() - startedMs;
        planned = event.seconds;
      });
      const tookSeconds = (performance.now() - startedMs) / 1000;
      expect(pauses).toHaveLength(2);
      expect(outcome).toMatchObject({ reason: 'schedule', steps: 6 });
      if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
      expect(outcome.seconds).toBeLessThan(tookSeconds - 3);
      // The forward pass is measured before the first step: during the first pause, and it is shorter than that.
      expect(plannedAfterMs).toBeGreaterThan(2000);
      expect(planned).toBeLessThan(3 * outcome.seconds);
    },
  );

  test('counts no time of a pause in which it starts and reads the base', async () => {
    const { schedule, ...short } = await job();
    const engine = new TuneProcess({ hasSignals: true });
    const startedMs = performance.now();
    const running = engine.run({ ...short, schedule: { ...schedule, steps: 2 } }, () => undefined);
    await wait(150);
    engine.pause();
    await wait(5000);
    engine.resume();
    const outcome = await running;
    const tookSeconds = (performance.now() - startedMs) / 1000;
    if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
    expect(outcome.seconds).toBeLessThan(tookSeconds - 2.5);
  });

  test('that diverges fails with the step and advice', async () => {
    const wild = await job();
    const outcome = await new TuneProcess().run(
      { ...wild, schedule: { ...wild.schedule, warmupSteps: 1, learningRate: 1e30 } },
      () => undefined,
    );
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'diverged',
      message: expect.stringMatching(
        /diverged at step \d+ of 3000: the \w+ is \S+\. Lower the learning rate \(it was 1e\+30\)/,
      ),
    });
  });

  test.each(WAYS)(
    'uses no CPU while paused and continues afterwards: $name',
    { timeout: 300_000 },
    async ({ hasSignals }) => {
      const engine = new TuneProcess({ hasSignals });
      const stop = new AbortController();
      const paused = Promise.withResolvers<void>();
      const pause = (): void => {
        engine.pause();
        paused.resolve();
      };
      const running = atSecondStep(engine, pause, stop.signal);
      // However long a busy machine takes to get there.
      await paused.promise;
      const soon = { timeout: 60_000 };
      const cpuMs = (): number => cpuMsOf([engine.pid!]);
      if (hasSignals) await expect.poll(() => isStopped(engine.pid!), soon).toBe(true);
      // Asked to wait, it finishes the current product, and its JavaScript keeps listening.
      else await expect.poll(() => rest([engine.pid!], 100), soon).toBe(true);
      const [startedMs, before] = [performance.now(), cpuMs()];
      await wait(300);
      const listeningMs = hasSignals ? 0 : Math.max(20, 2 * awakeMs(startedMs));
      expect(cpuMs()).toBeLessThanOrEqual(before + listeningMs);
      engine.resume();
      // More than listening takes.
      await expect.poll(cpuMs, soon).toBeGreaterThan(before + 100);
      stop.abort();
      await running;
    },
  );

  test('that is killed fails its run with the reason', async () => {
    const engine = new TuneProcess();
    const outcome = await atSecondStep(engine, () => process.kill(engine.pid!, 'SIGKILL'));
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'process-died',
      message: expect.stringMatching(/^The tuning process was killed/),
    });
  });

  test('that hangs fails its run as one that died does, and a paused one is not taken for it', async () => {
    let patienceMs = Number.POSITIVE_INFINITY;
    const engine = new TuneProcess({ patienceMs: () => patienceMs });
    let resumedAt = Number.POSITIVE_INFINITY;
    const outcome = await atSecondStep(engine, () => {
      engine.pause();
      patienceMs = 0;
      // More than a tick of the watchdog later.
      setTimeout(() => {
        patienceMs = Number.POSITIVE_INFINITY;
        engine.resume();
        resumedAt = performance.now();
        process.kill(engine.pid!, 'SIGSTOP');
        patienceMs = 0;
      }, 2500);
    });
    expect(performance.now()).toBeGreaterThan(resumedAt);
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'process-died',
      message: expect.stringMatching(/^The tuning process did not answer for a minute and was ended\.$/),
    });
  });

  test('rejects a missing model with a message that names it', async () => {
    const missing = await job({ trainer: { ...trainerConfig(), modelPath: `${bundledModelPath()}.none` } });
    expect(await new TuneProcess().run(missing, () => undefined)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('.none'),
    });
  });
});
