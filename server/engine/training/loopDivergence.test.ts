/** What the loop does when training diverges or fails. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Diverged, EngineError } from '../errors.ts';
import { runLoop } from './loop.ts';
import { quiet, RunFolder, ScriptedTrainer } from './testingLoop.ts';

const run = new RunFolder();
beforeEach(() => run.make());
afterEach(() => run.remove());

it.each([Number.NaN, Number.POSITIVE_INFINITY])('a loss of %d fails the run and names the step', async (loss) => {
  const trainer = new ScriptedTrainer({ heldOut: [3], train: (step) => (step === 3 ? loss : 1) });
  const outcome = await runLoop(trainer, run.job(), quiet);
  expect(outcome).toMatchObject({
    kind: 'failed',
    code: 'diverged',
    message: expect.stringMatching(/step 3 of 40: the loss is .*Lower the learning rate \(it was 1\)/),
  });
  expect(existsSync(join(run.dir, 'adapter.gguf'))).toBe(false);
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
  'a run that diverges because %s keeps its best weights so far and notes the step and cause',
  async (what, script, steps) => {
    const trainer = new ScriptedTrainer({ heldOut: [3, 2], ...script });
    const outcome = await runLoop(trainer, run.job(), quiet);
    const note = expect.stringContaining(what);
    expect(outcome).toMatchObject({ kind: 'trained', reason: 'diverged', steps, bestStep: 4, heldOutBest: 2, note });
    expect((outcome as { note: string }).note).toMatch(/diverged at step [78] of 40: .*the weights of step 4 are kept/);
    expect(await run.adapter()).toBe('after step 4');
  },
);

it('a run that diverges before any weights better than none fails', async () => {
  const trainer = new ScriptedTrainer({ heldOut: [3, 9], train: (step) => (step === 7 ? Number.NaN : 1) });
  expect(await runLoop(trainer, run.job(), quiet)).toMatchObject({ kind: 'failed', code: 'diverged' });
});

it('an error other than divergence fails the run and names the step', async () => {
  const trainer = new ScriptedTrainer({
    heldOut: [3, 2],
    onStep: (step) => {
      if (step === 6) throw new EngineError('out-of-memory', 'out of memory');
    },
  });
  const outcome = await runLoop(trainer, run.job(), quiet);
  const message = 'Training failed at step 7 of 40: out of memory';
  expect(outcome).toEqual({ kind: 'failed', code: 'out-of-memory', message });
});
