/** How much of an adapter applies, and reading one back: its scale and what does not fit. On the bundled model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdapterFile, readAdapterFile, writeAdapterFile } from '../../server/adapters/peft/ggufAdapter.ts';
import { loadAddon } from '../../server/engine/native.ts';
import { trainerConfig } from '../../server/engine/testing.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import type { Trainer, TrainerConfig, TrainRow } from '../../server/engine/types.ts';

const addon = loadAddon();
const folder = mkdtempSync(join(tmpdir(), 'repotune-adapter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RATE = 1e-3;
const tokens = Int32Array.from({ length: 60 }, (_, i) => 100 + ((i * 7) % 50));
const rows: TrainRow[] = [
  { tokens, starts: Int32Array.of(0), lossWeights: Float32Array.from(tokens, (_, i) => Number(i > 0)) },
];

/** Rank 4, alpha 8. */
async function withTrainer<T>(changes: Partial<TrainerConfig>, work: (trainer: Trainer) => Promise<T>): Promise<T> {
  const trainer = await openTrainer(addon, { ...trainerConfig(), ...changes });
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
  }
}

/** After one step, neither factor is zero anywhere. */
const begun = join(folder, 'begun.gguf');
beforeAll(() =>
  withTrainer({}, async (trainer) => {
    await trainer.step(rows, RATE);
    await trainer.exportAdapter(begun);
  }),
);

describe('an adapter at a partial scale', () => {
  const bad = /^An adapter's scale must be between 0 and 1\.$/;

  test('has the loss of a file exported with that share of its alpha', async () => {
    const path = join(folder, 'half-applied.gguf');
    const half = await withTrainer({}, async (trainer) => {
      await trainer.importAdapter(begun);
      await trainer.exportAdapter(path, 0.5);
      return (await trainer.evaluate(rows, 0.5)).nll;
    });
    const [whole, written] = [await readAdapterFile(begun), await readAdapterFile(path)];
    expect(written.alpha).toBe(whole.alpha / 2);
    expect(written.matrices).toEqual(whole.matrices);
    const read = await withTrainer({}, async (trainer) => {
      await trainer.importAdapter(path);
      return (await trainer.evaluate(rows)).nll;
    });
    expect(half).toBe(read);
  });

  test('equals the base at scale 0, and is refused outside 0 to 1', async () => {
    const base = await withTrainer({}, async (trainer) => (await trainer.evaluate(rows)).nll);
    await withTrainer({}, async (trainer) => {
      await trainer.importAdapter(begun);
      expect((await trainer.evaluate(rows)).nll).not.toBe(base);
      expect((await trainer.evaluate(rows, 0)).nll).toBe(base);
      for (const scale of [-0.1, 1.5, Number.NaN]) {
        await expect(trainer.evaluate(rows, scale)).rejects.toThrow(bad);
        await expect(trainer.exportAdapter(join(folder, 'never.gguf'), scale)).rejects.toThrow(bad);
      }
    });
  });
});

describe('an imported adapter', () => {
  const changed = async (name: string, changes: Partial<AdapterFile>): Promise<string> => {
    const path = join(folder, name);
    await writeAdapterFile(path, { ...(await readAdapterFile(begun)), ...changes });
    return path;
  };
  const lossWith = (path: string) =>
    withTrainer({}, async (trainer) => {
      await trainer.importAdapter(path);
      return (await trainer.evaluate(rows)).nll;
    });

  test('keeps its effect when its file has another alpha', async () => {
    // Scale 1 of 2 B is scale 2 of B.
    const matrices = new Map((await readAdapterFile(begun)).matrices);
    for (const [name, { shape, data }] of matrices)
      if (name.endsWith('.lora_b')) matrices.set(name, { shape, data: data.map((value) => 2 * value) });
    expect(await lossWith(await changed('half.gguf', { alpha: 4, matrices }))).toBe(await lossWith(begun));
  });

  test('with alpha 0 is applied at scale 1, as in llama.cpp', async () => {
    const found = await lossWith(await changed('zero.gguf', { alpha: 0 }));
    expect(found).toBe(await lossWith(await changed('one.gguf', { alpha: 4 })));
    expect(found).not.toBe(await lossWith(begun));
  });

  test('of another rank or architecture is refused', async () => {
    await withTrainer({ rank: 8 }, async (trainer) => {
      const before = (await trainer.evaluate(rows)).nll;
      await expect(trainer.importAdapter(begun)).rejects.toThrow(
        /does not fit: blk\.0\.attn_q\.weight\.lora_a must be \[256, 8\]\. It was made for another base or rank\.$/,
      );
      const other = await changed('qwen2.gguf', { architecture: 'qwen2' });
      await expect(trainer.importAdapter(other)).rejects.toThrow(/qwen2\.gguf is not an adapter for a llama model\.$/);
      expect((await trainer.evaluate(rows)).nll).toBe(before);
    });
  });
});
