/** When the loop ends, and which weights it keeps. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runLoop } from './loop.ts';
import { quiet, RunFolder, ScriptedTrainer } from './testingLoop.ts';

const run = new RunFolder();
beforeEach(() => run.make());
afterEach(() => run.remove());

it('stops when the held-out loss no longer falls, and keeps the weights of the lowest one', async () => {
  const trainer = new ScriptedTrainer({ heldOut: [3, 2, 1.5, 1.6, 1.7, 1.8] });
  const outcome = await runLoop(trainer, run.job(), quiet);
  expect(outcome).toMatchObject({
    kind: 'trained',
    reason: 'early-stop',
    steps: 16,
    bestStep: 8,
    heldOutBefore: 3,
    heldOutBest: 1.5,
  });
  expect(await run.adapter()).toBe('after step 8');
});

it('runs the whole schedule while the held-out loss falls', async () => {
  const heldOut = Array.from({ length: 20 }, (_, i) => 3 - i * 0.1);
  const outcome = await runLoop(new ScriptedTrainer({ heldOut }), run.job(), quiet);
  expect(outcome).toMatchObject({ kind: 'trained', reason: 'schedule', steps: 40, bestStep: 40 });
  expect(await run.adapter()).toBe('after step 40');
});

it('keeps the adapter scale of the lowest loss and continues the search from it', async () => {
  const trainer = new ScriptedTrainer({
    heldOut: [3, 2, 2.5, 2.5],
    scaled: (loss, scale) => loss + (scale - 0.5) ** 2 - 0.25,
  });
  const outcome = await runLoop(trainer, run.job({ steps: 12 }), quiet);
  expect(outcome).toMatchObject({ kind: 'trained', steps: 12, bestStep: 4, heldOutBest: 1.75, adapterScale: 0.5 });
  expect(await run.adapter()).toBe('after step 4 at 0.5');
  expect(trainer.scales).toEqual([1, 1, 0.75, 0.5, 0.375, 0.5, 0.375, 0.75, 0.5, 0.375, 0.75]);
});

it('uses only the adapter scale that the job sets', async () => {
  const trainer = new ScriptedTrainer({ heldOut: [3, 2, 1], scaled: () => 1.5 });
  const outcome = await runLoop(trainer, run.job({ steps: 8 }, { adapterScale: 0.375 }), quiet);
  expect(outcome).toMatchObject({ kind: 'trained', adapterScale: 0.375, heldOutBest: 1.5 });
  expect(await run.adapter()).toBe('after step 4 at 0.375');
  expect(trainer.scales).toEqual([0.375, 0.375, 0.375]);
});

it('an adapter that goes on at a scale of its own is compared with itself at that scale', async () => {
  const trainer = new ScriptedTrainer({ heldOut: [3, 2.9], scaled: (loss) => loss - 0.5 });
  const outcome = await runLoop(trainer, run.job({ steps: 4 }, { adapterScale: 0.5 }), quiet);
  expect(outcome).toMatchObject({ kind: 'trained', heldOutBefore: 2.5, heldOutBest: 2.4 });
});

it('rejects tokens outside the model’s vocabulary', async () => {
  await run.write(100);
  const outcome = await runLoop(new ScriptedTrainer({ heldOut: [3] }), run.job(), quiet);
  expect(outcome).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/Token 100 is outside the model's vocabulary of 100/),
  });
});
