import { expect, it } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { adapterBytes, requireDiskSpace } from './diskSpace.ts';

it('an adapter has rank times the inputs and outputs of each linear of the base', async () => {
  // Eight blocks of 256: q and o of 256, k and v of 128, and three of 768 beside it.
  expect(await adapterBytes(bundledModelPath(), 16)).toBe(4 * 16 * 38_912);
});

it('a run needs room for two states of its training beside the best weights', async () => {
  // That of Qwen2.5-Coder 0.5B with rank 16, of which each state takes 106 MB.
  const adapter = 35_192_832;
  const on = (free: number): Promise<void> => requireDiskSpace('/store', adapter, async () => free);
  await expect(on(200e6)).rejects.toThrow(/needs about 346 MB in \/store, 200 MB are free/);
  await expect(on(350e6)).resolves.toBeUndefined();
});
