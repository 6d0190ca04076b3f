/** The trainer through the addon, on the bundled model: it learns, its adapter serves, it resumes, and it stays within its plan. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { TrainRow } from '../../server/engine/types.ts';
import { bundledModelPath, librariesPath } from '../../server/storage/paths.ts';
import { addon, config, open, realRows } from './trainerSetup.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-trainer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('training', () => {
  test("thirty steps on a 4-bit base learn a real file, and serving the adapter gives the trainer's loss", {
    timeout: 120_000,
  }, async () => {
    const trainer = await open();
    const rows = realRows(trainer, 128, 2);
    const before = (await trainer.step(rows, 3e-3)).loss;
    let after = before;
    for (let i = 1; i < 30; i++) after = (await trainer.step(rows, 3e-3)).loss;
    expect(after).toBeLessThan(before * 0.6);
    const adapter = join(folder, 'learned.gguf');
    await trainer.exportAdapter(adapter);
    trainer.dispose();

    // The serving engine runs the F16 file: the trainer must agree on that base with that adapter.
    const onF16 = await addon.openTrainer({ ...config, baseType: 'as-is' });
    await onF16.importAdapter(adapter);
    const { nll, lossTokens } = await onF16.evaluate(rows);
    const session = await addon.loadSession({
      librariesPath: librariesPath(),
      gpuBackends: [],
      mergeFolder: folder,
      modelPath: config.modelPath,
      device: 'cpu',
      contextTokens: 256,
      threads: 1,
    });
    const samples = rows.map(({ tokens }) => ({ tokens, lossFrom: 1, lossTo: tokens.length }));
    const scores = await session.score(samples, { id: 'learned', path: adapter, scale: 1 }).result;
    const served = scores.reduce((sum, score) => sum + score.nll, 0) / lossTokens;
    expect(Math.abs(served - nll / lossTokens)).toBeLessThan(0.02);
    session.dispose();
    onF16.dispose();
  });

  test('a run resumed from its state exports the same bytes', async () => {
    const straight = await open();
    const rows = realRows(straight, 64, 2);
    for (let i = 0; i < 2; i++) await straight.step(rows, 1e-3);
    await straight.saveState(join(folder, 'state'));
    for (let i = 0; i < 2; i++) await straight.step(rows, 1e-3);
    await straight.exportAdapter(join(folder, 'straight.gguf'));
    const { microBatchTokens, keptBlocks, weightBytes, adapterBytes, workingBytes } = straight.plan;
    straight.dispose();

    // With less memory free on resuming, steps are split as before, but less is kept.
    const resumed = await open({ memoryBudgetBytes: weightBytes + adapterBytes + 0.9 * workingBytes });
    await resumed.loadState(join(folder, 'state'));
    expect(resumed.plan.microBatchTokens).toBe(microBatchTokens);
    expect(resumed.plan.keptBlocks).toBeLessThan(keptBlocks);
    for (let i = 0; i < 2; i++) await resumed.step(rows, 1e-3);
    await resumed.exportAdapter(join(folder, 'resumed.gguf'));
    resumed.dispose();
    expect(readFileSync(join(folder, 'resumed.gguf')).equals(readFileSync(join(folder, 'straight.gguf')))).toBe(true);
  });

  test('the same seed, kernels and threads give the same bytes; another micro-batch split differs by rounding', async () => {
    const train = async (
      budget: number,
      file: string,
    ): Promise<{ microBatchTokens: number; keptBlocks: number; norm: number }> => {
      const trainer = await addon.openTrainer({ ...config, threads: 2, memoryBudgetBytes: budget });
      const rows = realRows(trainer, 128, 4);
      const norms = [];
      for (let i = 0; i < 3; i++) norms.push((await trainer.step(rows, 1e-3)).gradientNorm);
      await trainer.exportAdapter(join(folder, file));
      const { microBatchTokens, keptBlocks } = trainer.plan;
      trainer.dispose();
      return { microBatchTokens, keptBlocks, norm: norms[0]! };
    };
    const wide = await train(0, 'wide.gguf');
    await train(0, 'again.gguf');
    expect(readFileSync(join(folder, 'again.gguf')).equals(readFileSync(join(folder, 'wide.gguf')))).toBe(true);
    const probe = await addon.openTrainer(config);
    const { weightBytes, adapterBytes, workingBytes } = probe.plan;
    probe.dispose();
    const narrowBudget = weightBytes + adapterBytes + workingBytes * 0.14;
    const narrow = await train(narrowBudget, 'narrow.gguf');
    expect(narrow.microBatchTokens).toBeLessThan(wide.microBatchTokens);
    expect(narrow.keptBlocks).toBeLessThan(wide.keptBlocks);
    // F32 sums in another order: even with 16-bit products, a row's result must not depend on the other rows.
    expect(Math.abs(narrow.norm / wide.norm - 1)).toBeLessThan(1e-6);
    const withAdapter = async (budget: number) => {
      const trainer = await addon.openTrainer({ ...config, threads: 2, memoryBudgetBytes: budget });
      await trainer.importAdapter(join(folder, 'wide.gguf'));
      const result = await trainer.step(realRows(trainer, 128, 4), 0);
      trainer.dispose();
      return result;
    };
    const [one, other] = [await withAdapter(0), await withAdapter(narrowBudget)];
    expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-6);
    expect(Math.abs(one.gradientNorm / other.gradientNorm - 1)).toBeLessThan(1e-6);
  });

  test('with f32 kernels, losses of several steps do not depend on the micro-batch split', async () => {
    const losses = async (budget: number) => {
      const trainer = await addon.openTrainer({ ...config, memoryBudgetBytes: budget });
      const rows = realRows(trainer, 128, 4);
      const result = [];
      for (let i = 0; i < 3; i++) result.push((await trainer.step(rows, 1e-3)).loss);
      const { weightBytes, adapterBytes, workingBytes } = trainer.plan;
      trainer.dispose();
      return { losses: result, narrow: weightBytes + adapterBytes + workingBytes * 0.14 };
    };
    addon.selectKernels('f32');
    try {
      const wide = await losses(0);
      // After rounding to 16 bits, a weight's last bit can tip an activation, and the losses differ by a thousandth.
      for (const [i, loss] of (await losses(wide.narrow)).losses.entries())
        expect(Math.abs(loss - wide.losses[i]!)).toBeLessThan(1e-4);
    } finally {
      addon.selectKernels('auto');
    }
  });

  test.each(['gemma3', 'qwen3'])(
    'the automatic choice trains %s without integer kernels, since none was measured on it',
    async (architecture) => {
      const usual = addon.selectKernels('auto');
      const base = fileURLToPath(new URL(`../../test/fixtures/peft/${architecture}/base.gguf`, import.meta.url));
      const trainer = await addon.openTrainer({ ...config, modelPath: base, baseType: 'as-is', maxTokens: 64 });
      const chosen = addon.selectKernels('auto');
      expect(trainer.plan.kernels).not.toMatch(/^integer-/);
      if (!usual.startsWith('integer-')) expect(trainer.plan.kernels).toBe(chosen);
      trainer.dispose();
    },
  );

  test('packed sequences do not see each other', async () => {
    const trainer = await open();
    const [a, b] = realRows(trainer, 48, 2) as [TrainRow, TrainRow];
    const packed: TrainRow = {
      tokens: Int32Array.from([...a.tokens, ...b.tokens]),
      starts: Int32Array.of(0, a.tokens.length),
      lossWeights: Float32Array.from([...a.lossWeights, ...b.lossWeights]),
    };
    const apart = await trainer.evaluate([a, b]);
    const together = await trainer.evaluate([packed]);
    expect(together.lossTokens).toBe(apart.lossTokens);
    expect(together.nll).toBeCloseTo(apart.nll, 3);
    trainer.dispose();
  });

  test('negative loss weights make a text less likely when the step is given its loss divisor', async () => {
    const trainer = await open({ baseType: 'as-is' });
    const [wanted, unwanted] = realRows(trainer, 64, 2) as [TrainRow, TrainRow];
    const against = { ...unwanted, lossWeights: unwanted.lossWeights.map((weight) => -0.5 * weight) };
    const losses = async () =>
      [(await trainer.evaluate([wanted])).nll, (await trainer.evaluate([unwanted])).nll] as const;
    const before = await losses();
    const { loss } = await trainer.step([wanted, against], 1e-3, 126);
    expect(loss).toBeCloseTo((before[0] - 0.5 * before[1]) / 126, 3);
    for (let i = 1; i < 4; i++) await trainer.step([wanted, against], 1e-3, 126);
    const after = await losses();
    expect(after[0]).toBeLessThan(before[0]);
    expect(after[1]).toBeGreaterThan(before[1]);
    trainer.dispose();
  });

  test('the loss is divided by the sum of the weights by default', async () => {
    const learned = async (lossOver?: number) => {
      const trainer = await open();
      const rows = realRows(trainer, 64, 2);
      const results = [];
      for (let i = 0; i < 2; i++) results.push(await trainer.step(rows, 1e-3, lossOver));
      trainer.dispose();
      return results;
    };
    expect(await learned(126)).toEqual(await learned());
  });

  test('a cancelled step ends within 100 ms and changes nothing', async () => {
    const trainer = await open();
    const rows = realRows(trainer, 200, 2);
    await trainer.exportAdapter(join(folder, 'before.gguf'));
    const step = trainer.step(Array.from({ length: 40 }, () => rows).flat(), 1e-3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const cancelledAt = performance.now();
    trainer.cancel();
    await expect(step).rejects.toThrow('cancelled');
    expect(performance.now() - cancelledAt).toBeLessThan(100);
    await trainer.exportAdapter(join(folder, 'after.gguf'));
    expect(readFileSync(join(folder, 'after.gguf')).equals(readFileSync(join(folder, 'before.gguf')))).toBe(true);
    trainer.dispose();
  });
});

describe('calibration', () => {
  test.each(['q4_0', 'iq4_nl', 'q4_k'] as const)(
    'of %s on real text reduces the error of the weights, and is deterministic',
    async (baseType) => {
      const calibrated = async () => {
        const trainer = await open({ baseType });
        const rows = realRows(trainer, 128, 4);
        const before = await trainer.evaluate(rows);
        const calibration = await trainer.calibrate(rows);
        const after = await trainer.evaluate(rows);
        trainer.dispose();
        return { before, calibration, after };
      };
      const first = await calibrated();
      expect(first.calibration.tokens).toBe(512);
      expect(first.calibration.errorAfter).toBeLessThan(0.95 * first.calibration.errorBefore);
      expect(first.after.nll).not.toBe(first.before.nll);
      expect(await calibrated()).toEqual(first);
    },
  );

  test('changes nothing for a text without loss', async () => {
    const trainer = await open();
    const rows = realRows(trainer, 32, 1);
    const before = await trainer.evaluate(rows);
    const weightless = rows.map((each) => ({ ...each, lossWeights: new Float32Array(each.tokens.length) }));
    for (const none of [[], weightless])
      expect(await trainer.calibrate(none)).toEqual({ tokens: 0, errorBefore: 0, errorAfter: 0 });
    expect(await trainer.evaluate(rows)).toEqual(before);
    trainer.dispose();
  });

  test('does nothing on a base that is trained on as it is', async () => {
    const trainer = await open({ baseType: 'as-is' });
    expect((await trainer.calibrate(realRows(trainer, 128, 1))).tokens).toBe(0);
    trainer.dispose();
  });
});

test('every file may lie in a folder with a non-ASCII name', async () => {
  const place = join(folder, 'Jürgen 東京');
  mkdirSync(place);
  const base = join(place, 'base.gguf');
  copyFileSync(bundledModelPath(), base);
  const trainer = await open({ modelPath: base });
  const rows = realRows(trainer, 32, 1);
  await trainer.saveState(join(place, 'state'));
  await trainer.loadState(join(place, 'state'));
  await trainer.step(rows, 1e-3);
  await trainer.exportAdapter(join(place, 'adapter.gguf'));
  await trainer.importAdapter(join(place, 'adapter.gguf'));
  trainer.dispose();
  const merged = { basePath: base, adapterPath: join(place, 'adapter.gguf'), scale: 1, promptMark: '' };
  await addon.mergeModel({ ...merged, targetPath: join(place, 'merged.gguf') });
  expect(readdirSync(place).sort()).toEqual(['adapter.gguf', 'base.gguf', 'merged.gguf', 'state']);
});

describe('the plan', () => {
  test('made from the header alone equals the plan of the opened trainer', async () => {
    const planned = await addon.planTraining(config);
    const trainer = await addon.openTrainer(config);
    expect(trainer.plan).toEqual(planned);
    trainer.dispose();
  });
});
