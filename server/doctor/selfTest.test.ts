import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { describeSpeed, memoryPlan, selfTest, trainingFinding } from './selfTest.ts';
import { git, store } from './surroundings.ts';

it('says how a tune would be carried out: memory, device, kernels, and what is kept', async () => {
  const { ok, detail } = await memoryPlan(bundledModelPath(), '.');
  expect(ok).toBe(true);
  expect(detail).toMatch(
    /^\d+ MB \(weights .*\) of at most \d+ MB; on CPU, \d+ threads, kernels \S+; rows of 1024 tokens, \d+ blocks and \d+ more attentions kept, \d+ tokens at a time$/,
  );
});

it('fails on a device that was chosen and is not there, and says what to do', async () => {
  const finding = await selfTest(bundledModelPath(), 'cuda', new AbortController().signal);
  expect(finding).toMatchObject({ ok: false, what: 'engine' });
  expect(finding.detail).toMatch(/cuda.* choose the device `auto` or `cpu`\.$/);
});

it('reports a folder that git refuses, instead of throwing', async () => {
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

it.each([
  ['auto', 'faulty', true, /^auto trains on the CPU; A processor: 200 tokens/],
  ['cuda', '', true, /^cuda trains, as chosen; /],
  ['cuda', 'slower than the fastest', true, /^cuda trains, as chosen; /],
  [
    'cuda',
    'it computes a loss of 0.000',
    false,
    /^the device cuda is chosen, and cannot train: choose `auto` or `cpu`; /,
  ],
] as const)('tells whether the device %s trains where a card is: %s', (device, reason, ok, words) => {
  const finding = trainingFinding(device, [
    { device: 'CPU', name: 'A processor', tokensPerSecond: 200, reason: '', plan: '', faulty: false },
    { device: 'CUDA0', name: 'A card', tokensPerSecond: reason === '' ? 900 : 0, reason, plan: '', faulty: false },
  ]);
  expect(finding).toMatchObject({ ok, what: 'training', detail: expect.stringMatching(words) });
});

it('says why there is no git: that it is missing, or may not be executed', async () => {
  const bin = await mkdtemp(join(tmpdir(), 'repotune-doctor-'));
  vi.stubEnv('PATH', bin);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(bin, { recursive: true });
  });
  expect(await git()).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^The program git was not found: .*Without git, /),
  });
  await writeFile(join(bin, 'git'), '', { mode: 0o644 });
  expect(await git()).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^The program .* may not be executed .*Without git, /),
  });
});
