/** How the loop predicts and spends its time. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrainRow } from '../types.ts';
import { runLoop } from './loop.ts';
import { writeSequences } from './sequences.ts';
import { quiet, RunFolder, ScriptedTrainer } from './testingLoop.ts';
import type { TrainJob } from './trainJob.ts';

const run = new RunFolder();
beforeEach(() => run.make());
afterEach(() => run.remove());

it('a run ends at its time limit with its learning rate decayed', async () => {
  let nowMs = 0;
  const trainer = new ScriptedTrainer({
    heldOut: [3, 2, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
    onStep: () => {
      nowMs += 2000;
    },
  });
  const clock = { nowMs: () => nowMs, rssBytes: () => 1 };
  const outcome = await runLoop(trainer, run.job({ maxSeconds: 20 }, { adaptToSpeed: true }), quiet, undefined, clock);
  expect(outcome).toMatchObject({ kind: 'trained', reason: 'time-limit', steps: 10 });
  expect(trainer.rates.at(-1)).toBeLessThan(0.2);
});

it('the planned duration is within 30 % of the actual one when a step costs 3.2 forward passes', async () => {
  const secondsPerToken = 0.01;
  let nowMs = 0;
  const pass = (rows: readonly TrainRow[], times: number): void => {
    for (const { tokens } of rows) nowMs += tokens.length * times * secondsPerToken * 1000;
  };
  const train = { split: 'train' as const, tokens: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8), lossFrom: 2 };
  await writeSequences(join(run.dir, 'sequences.bin'), [
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
    run.job({ steps: 40, tokensPerStep: 64, evaluateEvery: 5 }, { adaptToSpeed: true }),
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
  [true, { kind: 'failed', code: 'too-short', message: expect.stringContaining('an adapter needs 30') }, 0],
  [false, { kind: 'trained', reason: 'time-limit' }, 7],
])('a run with too little time to help is refused before its first step: %s', async (refuses, expected, steps) => {
  let nowMs = 0;
  const passes = (seconds: number) => () => {
    nowMs += 1000 * seconds;
  };
  const trainer = new ScriptedTrainer({ heldOut: [3, 2], onStep: passes(16), onEvaluate: passes(0.04) });
  const planned: number[] = [];
  const outcome = await runLoop(
    trainer,
    run.job(
      { steps: 400, tokensPerStep: 512, maxSeconds: 120, patience: 9 },
      { adaptToSpeed: true, preflight: { datasetTokens: 1e6, refuses, otherSeconds: 0 } },
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

it('the seconds of a run include the time before the loop and are broken down by use', async () => {
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
  const outcome = await runLoop(trainer, run.job({ steps: 8 }), quiet, undefined, clock, 7);
  expect(outcome).toMatchObject({
    kind: 'trained',
    seconds: 7 + nowMs / 1000,
    spent: { opening: 7, steps: 16, evaluations: nowMs / 1000 - 16, checkpoints: 0 },
  });
});

describe('on a machine with time for one evaluation', () => {
  /** A run of 460 seconds, 2.5 ms a token; `slower`: how many times, at a second of the run, in a step or not. */
  async function slowRun(
    heldOut: readonly number[],
    slower: (seconds: number, isStep: boolean) => number = () => 1,
    more: Partial<TrainJob> = {},
    stop?: { readonly atStep: number },
  ) {
    const stopping = new AbortController();
    const train = { split: 'train' as const, tokens: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8), lossFrom: 2 };
    await writeSequences(join(run.dir, 'sequences.bin'), [
      ...Array.from({ length: 50 }, () => train),
      ...Array.from({ length: 400 }, () => ({ ...train, split: 'held-out' as const })),
    ]);
    let nowMs = 0;
    const pass = (rows: readonly TrainRow[], times: number): void => {
      for (const { tokens } of rows) nowMs += tokens.length * times * 2.5 * slower(nowMs / 1000, times > 1);
    };
    const trainer = new ScriptedTrainer({
      heldOut,
      onStep: (step, rows) => {
        pass(rows, 3.2);
        if (step === stop?.atStep) stopping.abort();
      },
      onEvaluate: (rows) => pass(rows, 1),
    });
    const points: { readonly step: number; readonly loss: number; readonly best: boolean }[] = [];
    const outcome = await runLoop(
      trainer,
      run.job({ steps: 400, tokensPerStep: 512, maxSeconds: 460, patience: 1 }, { adaptToSpeed: true, ...more }),
      (event) => event.kind === 'held-out' && points.push(event),
      stopping.signal,
      { nowMs: () => nowMs, rssBytes: () => 1 },
    );
    if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
    return { outcome, points };
  }

  it('the held-out loss is glanced at in between, in a few per cent of the time', async () => {
    const losses = Array.from({ length: 9 }, (_, i) => 3 - i * 0.1);
    const { outcome, points } = await slowRun(losses);
    expect(points.length).toBeGreaterThanOrEqual(7);
    for (const [i, { loss }] of points.slice(1).entries()) {
      expect(loss).toBeLessThan(points[i]!.loss);
      expect(loss).toBeGreaterThan(losses[i + 1]! - 1e-9);
    }
    expect(points.at(-1)!.loss).toBeCloseTo(losses[points.length - 1]!);
    // 6 % are for evaluations, and 3 % for glances.
    expect(outcome.spent.evaluations / outcome.seconds).toBeLessThan(0.09);
  });

  it('neither what is kept nor when a run ends is decided by a glance', async () => {
    const { outcome, points } = await slowRun([3, 1, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4]);
    expect(outcome).toMatchObject({ reason: 'time-limit', bestStep: outcome.steps });
    expect(points.filter(({ best }) => best)).toEqual([points.at(-1)]);
  });

  it('a busy moment during a glance takes neither the time for steps nor that for other glances', async () => {
    const losses = Array.from({ length: 9 }, (_, i) => 3 - i * 0.1);
    const calm = await slowRun(losses);
    const { outcome, points } = await slowRun(losses, (seconds, isStep) =>
      !isStep && seconds > 60 && seconds < 120 ? 20 : 1,
    );
    expect(points.length).toBeGreaterThanOrEqual(6);
    expect(outcome.steps).toBeGreaterThan(0.85 * calm.outcome.steps);
  });

  it('one that goes on from its checkpoint goes on glancing', async () => {
    const often = { checkpointEverySeconds: 1 };
    await expect(slowRun([3, 2.9, 2.8], () => 1, often, { atStep: 20 })).rejects.toThrow('stopped');
    const { points, outcome } = await slowRun([2.5, 2.4, 2.3, 2.2, 2.1], () => 1, often);
    expect(points[0]).toMatchObject({ loss: expect.closeTo(3 * (2.5 / 3) ** (1000 / 2200), 6), best: false });
    expect(points.length).toBeGreaterThanOrEqual(3);
    expect(outcome).toMatchObject({ heldOutBefore: 3, bestStep: outcome.steps });
  });

  it('one that turns slow keeps more time for its last evaluation', async () => {
    const { outcome } = await slowRun([3, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4], (seconds) => (seconds > 60 ? 3 : 1));
    expect(outcome.seconds).toBeLessThan(475);
  });

  it('one that turns slow leaves more time for what measures it afterwards', async () => {
    const losses = [3, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2];
    const after = { secondsAfter: 60 };
    const calm = await slowRun(losses, () => 1, after);
    expect(calm.outcome.seconds).toBeGreaterThan(440);
    const { outcome } = await slowRun(losses, (seconds) => (seconds > 60 ? 2 : 1), after);
    // At half the speed, what would have taken a minute takes two.
    expect(outcome.seconds + 120).toBeLessThan(460 + 60 + 15);
    expect(outcome.seconds).toBeGreaterThan(calm.outcome.seconds / 2);
  });
});
