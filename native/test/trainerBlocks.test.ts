/** The trainer when not all blocks are trained, or not all are in memory. */
import { mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { adaptedBlocksOf } from '../../server/adapters/adapterFile.ts';
import type { TrainerConfig } from '../../server/engine/types.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { addon, config, open, realRows } from './trainerSetup.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-trainer-blocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('with a frozen lower part', () => {
  const adaptedBlocks = 2;
  const upper = { adaptedBlocks, baseType: 'as-is' } as const;

  test('the adapter learns in the upper blocks alone, is imported unchanged, and fits no run of other blocks', async () => {
    const trainer = await open(upper);
    const rows = realRows(trainer, 128, 2);
    const before = (await trainer.step(rows, 3e-3)).loss;
    for (let i = 1; i < 8; i++) await trainer.step(rows, 3e-3);
    const learned = await trainer.evaluate(rows);
    expect(learned.nll / learned.lossTokens).toBeLessThan(0.95 * before);
    const adapter = join(folder, 'upper.gguf');
    await trainer.exportAdapter(adapter);
    trainer.dispose();
    expect(await adaptedBlocksOf(adapter)).toBe(adaptedBlocks);

    const again = await open(upper);
    await again.importAdapter(adapter);
    expect(await again.evaluate(rows)).toEqual(learned);
    again.dispose();
    for (const [other, message] of [
      [0, /does not fit: blk\.0\./],
      [1, /changes blk\.\d+\..* too, and this run adapts the last 1 blocks/],
    ] as const) {
      const unlike = await open({ ...upper, adaptedBlocks: other });
      await expect(unlike.importAdapter(adapter)).rejects.toThrow(message);
      unlike.dispose();
    }
  });

  test('cached outputs of the lower blocks change no bit, and follow calibrated weights', async () => {
    const losses = async (memoryBudgetBytes: number) => {
      const trainer = await open({ adaptedBlocks, memoryBudgetBytes });
      const rows = realRows(trainer, 64, 3);
      const found = [await trainer.evaluate(rows)];
      await trainer.calibrate(rows);
      for (let i = 0; i < 2; i++) {
        await trainer.step(rows, 1e-3);
        found.push(await trainer.evaluate(rows));
      }
      const { frozenBytes, totalBytes } = trainer.plan;
      trainer.dispose();
      return { found, frozenBytes, totalBytes };
    };
    const roomy = await losses(0);
    expect(roomy.frozenBytes).toBeGreaterThan(0);
    // Room only for the rest of the plan.
    const tight = await losses(roomy.totalBytes - roomy.frozenBytes);
    expect(tight.frozenBytes).toBe(0);
    expect(tight.found).toEqual(roomy.found);
    expect(roomy.found[1]).not.toEqual(roomy.found[0]);
  });
});

describe('with blocks streamed from the file', () => {
  const asIs = { baseType: 'as-is', threads: 2 } as const;

  /** The first budget, going down from one that holds everything, with which the blocks are not in memory. */
  async function tightBudget(changes: Partial<TrainerConfig>): Promise<number> {
    const planned = (memoryBudgetBytes: number) => addon.planTraining({ ...config, ...changes, memoryBudgetBytes });
    for (let budget = (await planned(0)).totalBytes; ; budget *= 0.95)
      if ((await planned(budget)).streamedBytes > 0) return Math.floor(budget);
  }

  test.each([0, 2])(
    'all numbers equal those in memory, bit for bit (%i blocks adapted)',
    { timeout: 120_000 },
    async (adaptedBlocks) => {
      const learned = async (memoryBudgetBytes: number) => {
        const trainer = await open({ ...asIs, adaptedBlocks, memoryBudgetBytes });
        // One micro-batch in either plan.
        const rows = realRows(trainer, 100, 2);
        const numbers: unknown[] = [await trainer.evaluate(rows)];
        for (let i = 0; i < 2; i++) numbers.push(await trainer.step(rows, 1e-3), await trainer.evaluate(rows, 0.5));
        const adapter = join(folder, 'streamed.gguf');
        await trainer.exportAdapter(adapter);
        const { streamedBytes, totalBytes } = trainer.plan;
        trainer.dispose();
        return { numbers, adapter: readFileSync(adapter), streamedBytes, totalBytes };
      };
      const budget = await tightBudget({ ...asIs, adaptedBlocks });
      const [inMemory, streamed] = [await learned(0), await learned(budget)];
      expect(inMemory.streamedBytes).toBe(0);
      expect(streamed.streamedBytes).toBeGreaterThan(0);
      expect(streamed.totalBytes).toBeLessThanOrEqual(budget);
      expect(streamed.numbers).toEqual(inMemory.numbers);
      expect(streamed.adapter.equals(inMemory.adapter)).toBe(true);
    },
  );

  test('weights quantized on loading are not streamed: a budget without room for them is refused', async () => {
    const quantized = { ...config, baseType: 'q4_0', threads: 2 } as const;
    const { weightBytes } = await addon.planTraining(quantized);
    await expect(addon.planTraining({ ...quantized, memoryBudgetBytes: weightBytes })).rejects.toThrow(
      /needs more than/,
    );
  });

  test('a replaced file is still read as it was; a truncated one ends an evaluation with an error that says so', async () => {
    const path = join(folder, 'replaced.gguf');
    writeFileSync(path, readFileSync(bundledModelPath()));
    const changes = { ...asIs, modelPath: path };
    const trainer = await open({ ...changes, memoryBudgetBytes: await tightBudget(changes) });
    const rows = realRows(trainer, 100, 2);
    const before = await trainer.evaluate(rows);
    writeFileSync(`${path}.part`, 'another');
    renameSync(`${path}.part`, path);
    expect(await trainer.evaluate(rows)).toEqual(before);
    trainer.dispose();

    writeFileSync(path, readFileSync(bundledModelPath()));
    const cut = await open({ ...changes, memoryBudgetBytes: await tightBudget(changes) });
    truncateSync(path, 1_000_000);
    await expect(cut.evaluate(rows)).rejects.toThrow(/^Reading blk\..* failed: the file changed/);
    cut.dispose();
  });
});
