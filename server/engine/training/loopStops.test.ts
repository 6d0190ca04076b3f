/** The loop stopped, and resumed from its checkpoint. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runLoop } from './loop.ts';
import { quiet, RunFolder, ScriptedTrainer } from './testingLoop.ts';
import type { LoopEvent } from './trainJob.ts';

const run = new RunFolder();
beforeEach(() => run.make());
afterEach(() => run.remove());

it('a run aborted in the middle of a step ends as stopped', async () => {
  const abort = new AbortController();
  const trainer = new ScriptedTrainer({
    heldOut: [3],
    onStep: (step) => {
      if (step === 5) abort.abort();
    },
  });
  expect(await runLoop(trainer, run.job(), quiet, abort.signal)).toEqual({ kind: 'stopped' });
  expect(trainer.steps).toBe(5);
});

it('a run aborted between two trainer calls makes no further call', async () => {
  const abort = new AbortController();
  const trainer = new ScriptedTrainer({ heldOut: [3] });
  const running = runLoop(trainer, run.job(), quiet, abort.signal);
  abort.abort();
  expect(await running).toEqual({ kind: 'stopped' });
  expect(trainer.calls).toBe(0);
});

it('a resumed run continues from its checkpoint with step, best weights and patience', async () => {
  const abort = new AbortController();
  const each = { checkpointEverySeconds: 0 };
  const first = new ScriptedTrainer({
    heldOut: [3, 2, 2.5],
    onStep: (step) => {
      if (step === 9) abort.abort();
    },
  });
  await runLoop(first, run.job({}, each), quiet, abort.signal);
  const second = new ScriptedTrainer({ heldOut: [2.6], kernels: 'avx512' });
  const events: LoopEvent[] = [];
  const outcome = await runLoop(second, run.job({}, each), (event) => events.push(event));
  expect(events.find(({ kind }) => kind === 'step')).toMatchObject({ step: 10 });
  expect(events.find(({ kind }) => kind === 'resumed')).toEqual({
    kind: 'resumed',
    step: 9,
    changed: ['the kernels avx512 instead of avx2'],
  });
  expect(outcome).toMatchObject({ kind: 'trained', reason: 'early-stop', steps: 12, bestStep: 4, heldOutBefore: 3 });
  expect(await run.adapter()).toBe('after step 4');
});

it('a checkpoint of another run is ignored', async () => {
  await runLoop(
    new ScriptedTrainer({ heldOut: [3] }),
    run.job({ steps: 8, patience: 9 }, { checkpointEverySeconds: 0 }),
    quiet,
  );
  const trainer = new ScriptedTrainer({ heldOut: [3] });
  await runLoop(trainer, run.job({ steps: 5 }, { runId: 'another' }), quiet);
  expect(trainer.steps).toBe(5);
});
