/** The trainer refuses bad input with a sentence that says what to do. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { TrainRow } from '../../server/engine/types.ts';
import { bundledModelPath } from '../../server/storage/paths.ts';
import { open, realRows, row } from './trainerSetup.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-trainer-input-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('bad input is refused with what to do', () => {
  const one = (tokens: number[]): TrainRow[] => [row(Int32Array.from(tokens))];
  test.each([
    ['a token outside the vocabulary', one([1, 2, 999_999]), /Token 999999 .* outside the model's vocabulary/],
    [
      'a sequence longer than the context',
      one(Array.from({ length: 300 }, () => 5)),
      /300 tokens .* longer than the 256 allowed/,
    ],
    [
      'no token that carries loss',
      [{ ...row(Int32Array.of(1, 2)), lossWeights: new Float32Array(2) }],
      /nothing to learn from/,
    ],
    [
      'a loss weight of NaN',
      [{ ...row(Int32Array.of(1, 2)), lossWeights: Float32Array.of(0, Number.NaN) }],
      /loss weight .* is not a number/,
    ],
    [
      'a negative loss weight',
      [{ ...row(Int32Array.of(1, 2)), lossWeights: Float32Array.of(0, -1) }],
      /loss weight .* is not a number of at least 0/,
    ],
    ['starts that do not ascend', [{ ...row(Int32Array.of(1, 2, 3)), starts: Int32Array.of(0, 2, 1) }], /must ascend/],
  ] as const)('%s', async (_, rows, message) => {
    const trainer = await open();
    await expect(trainer.step(rows, 1e-3)).rejects.toThrow(message);
    trainer.dispose();
  });

  test.each([
    ['NaN', [0, 1], Number.NaN, /divided by must be above 0/],
    ['a negative number', [0, 1], -2, /divided by must be above 0/],
    ['infinity', [0, 1], Number.POSITIVE_INFINITY, /divided by must be above 0/],
    ['a valid number, with a weight of NaN', [0, Number.NaN], 2, /loss weight .* is not a number\./],
    ['a valid number, with all weights 0', [0, 0], 2, /nothing to learn from/],
  ])('a loss divided by %s', async (_, weights, lossOver, message) => {
    const trainer = await open();
    const rows = [{ ...row(Int32Array.of(1, 2)), lossWeights: Float32Array.from(weights) }];
    await expect(trainer.step(rows, 1e-3, lossOver)).rejects.toThrow(message);
    trainer.dispose();
  });

  test('values of a kind that no number can be made of, over which Node would end the process', async () => {
    const trainer = await open();
    const symbol = Symbol('none') as unknown;
    const rows = one([1, 2]);
    await expect(trainer.step(rows, symbol as number)).rejects.toThrow(/learning rate must be a number/);
    await expect(trainer.evaluate(rows, symbol as number)).rejects.toThrow(/scale must be a number/);
    await expect(trainer.exportAdapter(join(folder, 'none'), symbol as number)).rejects.toThrow(/scale must be/);
    expect(() => trainer.tokenize([symbol as string])).toThrow(/must be a text/);
    trainer.dispose();
  });

  test('a learning rate that makes the loss infinite stops with an error that names the step', async () => {
    const trainer = await open();
    const rows = realRows(trainer, 64, 1);
    const diverge = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) await trainer.step(rows, 1e30);
    };
    await expect(diverge()).rejects.toThrow(/step \d.*lower the learning rate/);
    trainer.dispose();
  });

  const model = (name: string, bytes: Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  test.each([
    ['a missing model', () => join(folder, 'none.gguf'), /none\.gguf is missing: choose another/],
    ['a file that is not GGUF', () => model('text.gguf', Buffer.from('hello, world')), /not a GGUF file/],
    [
      'a truncated model',
      () => {
        const path = model('short.gguf', readFileSync(bundledModelPath()));
        truncateSync(path, 9_000_000);
        return path;
      },
      /short\.gguf is damaged or incomplete/,
    ],
    [
      'a model with a context length of 0',
      () => {
        const bytes = readFileSync(bundledModelPath());
        const key = 'llama.context_length';
        bytes.writeUInt32LE(0, bytes.indexOf(key) + key.length + 4); // after the value's type
        return model('context.gguf', bytes);
      },
      /header of .*context\.gguf is damaged/,
    ],
    [
      'an unsupported architecture',
      () => {
        const bytes = readFileSync(bundledModelPath());
        const at = bytes.indexOf('llama', bytes.indexOf('general.architecture'));
        bytes.write('mamba', at);
        return model('mamba.gguf', bytes);
      },
      /architecture 'mamba'.*Supported: llama, qwen2, qwen3, gemma3/,
    ],
  ])('%s', async (_, path, message) => {
    await expect(open({ modelPath: path() })).rejects.toThrow(message);
  });

  test('a checkpoint of other settings or a truncated one is refused', async () => {
    const trainer = await open();
    await trainer.saveState(join(folder, 'rank8'));
    trainer.dispose();
    const other = await open({ rank: 4 });
    await expect(other.loadState(join(folder, 'rank8'))).rejects.toThrow(/other settings/);
    truncateSync(join(folder, 'rank8'), 1000);
    const same = await open();
    await expect(same.loadState(join(folder, 'rank8'))).rejects.toThrow(/truncated/);
    other.dispose();
    same.dispose();
  });

  test.each<[string, number, bigint]>([
    ['a number of steps', 0, -1n],
    ['a micro-batch', 8, 2n ** 60n],
  ])('a checkpoint with %s that no run has is refused', async (_, after, value) => {
    const path = join(folder, `impossible-${after}`);
    const trainer = await open();
    await trainer.saveState(path);
    const bytes = readFileSync(path);
    // Behind the magic number, and the header with its length.
    const header = Number(bytes.readBigUInt64LE(8));
    bytes.writeBigInt64LE(value, 16 + header + after);
    writeFileSync(path, bytes);
    await expect(trainer.loadState(path)).rejects.toThrow(/impossible-.* is damaged: start the run again/);
    trainer.dispose();
  });
});
