import { expect, it, vi } from 'vitest';
import { restingBytes, threadsFor, trainerConfig } from './hyperparameters.ts';

it.each([
  ['not a small base', 0.4e9, 'CPU', 5e9, 0],
  ['a base of 3B on a laptop of 8 GB', 1.9e9, 'CPU', 5e9, 1.9e9],
  ['not the same base where memory is plentiful', 1.9e9, 'CPU', 24e9, 0],
  ["not a base in a GPU's memory", 4.4e9, 'CUDA0', 5e9, 0],
])('the serving engine unloads its base during training: %s', (_, sizeBytes, device, free, bytes) =>
  expect(restingBytes({ sizeBytes, device }, free)).toBe(bytes),
);

it('memory that the serving engine frees counts for the training budget', () => {
  const options = { folder: '', modelPath: 'm', baseType: 'q4_0' } as const;
  const budget = (resting: number): number =>
    trainerConfig(options, { contextLength: 1024 }, resting).memoryBudgetBytes;
  // Far more than other processes allocate meanwhile.
  expect(budget(1e13) / 6e12).toBeCloseTo(1, 1);
});

it('REPOTUNE_THREADS sets the training threads unless the options do, and invalid values are ignored', () => {
  const threads = (said: string, options: { threads?: number } = {}): number => {
    vi.stubEnv('REPOTUNE_THREADS', said);
    return trainerConfig({ folder: '', modelPath: 'm', baseType: 'q4_0', ...options }, { contextLength: 1024 }).threads;
  };
  try {
    expect([threads('3'), threads('3', { threads: 5 })]).toEqual([3, 5]);
    const usual = threads('');
    for (const said of ['0', '-1', '1.5', 'many']) expect(threads(said)).toBe(usual);
  } finally {
    vi.unstubAllEnvs();
  }
});

it.each([
  ['both threads of a single core', 2, 1, 2],
  ['cores, not their threads', 16, 8, 8],
  ['all cores that have one thread each', 8, 8, 8],
  ['sixteen of many cores', 64, 32, 16],
])('trains on %s', (_, processors, cores, threads) => expect(threadsFor(processors, cores)).toBe(threads));
