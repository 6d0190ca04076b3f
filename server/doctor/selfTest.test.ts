import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { describeSpeed, memoryPlan } from './selfTest.ts';
import { store } from './surroundings.ts';

it('says how a tune would be carried out: memory, device, kernels, and what is kept', async () => {
  const { ok, detail } = await memoryPlan(bundledModelPath(), '.');
  expect(ok).toBe(true);
  expect(detail).toMatch(
    /^\d+ MB \(weights .*\) of at most \d+ MB; on CPU, \d+ threads, kernels \S+; rows of 1024 tokens, \d+ blocks and \d+ more attentions kept, \d+ tokens at a time$/,
  );
});

it('says that git refuses a folder, and does not end by it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-doctor-'));
  await writeFile(join(folder, '.git'), 'gitdir: nowhere\n');
  expect(await store(folder)).toMatchObject({ ok: false, what: 'store', detail: expect.stringContaining('git') });
  await rm(folder, { recursive: true });
});

it.each([
  [
    { name: 'A card', tokensPerSecond: 2412.4, reason: '', plan: '8192 tokens at a time in 4.80 GB' },
    'A card: 2412 tokens/s in a short step (8192 tokens at a time in 4.80 GB)',
  ],
  [
    {
      name: 'libggml-cuda.so',
      tokensPerSecond: 0,
      reason: 'libcudart.so.13: cannot open shared object file',
      plan: '',
    },
    expect.stringMatching(
      /^libggml-cuda.so: not used: libcudart.so.13: cannot open shared object file. Install .*CUDA 13/,
    ),
  ],
])('says how fast a device is, or why it is not used', (speed, words) => {
  expect(describeSpeed(speed)).toEqual(words);
});
