import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Computed, changesOf, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { shortSchedule } from './testing.ts';
import { NOTHING_SPENT } from './trainJob.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-checkpoint-'));
  path = join(folder, 'checkpoint.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const computed: Computed = {
  threads: 2,
  kernels: 'avx2',
  device: 'CPU',
  microBatchTokens: 512,
  keptBlocks: 3,
  keptAttentions: 1,
};

async function write(step: number): Promise<void> {
  await writeCheckpoint(
    path,
    {
      runId: 'r',
      step,
      schedule: shortSchedule,
      cursor: { epoch: 1, row: 2 },
      tokens: 80,
      spent: { ...NOTHING_SPENT, steps: 12 },
      evaluation: {
        tokens: 24_000,
        finalSeconds: 0,
        glanceTokens: 1000,
        forwardSecondsPerToken: 0.01,
        forwardsPerStep: 3.2,
      },
      anchor: { scale: 1, loss: 2, few: 1.9 },
      heldOutBefore: 3,
      evaluations: 2,
      best: { loss: 2, scale: 0.5, step: 4, adapterFile: 'best-4.gguf' },
      evaluationsSinceBest: 1,
      computed,
    },
    (state) => writeFile(state, String(step)),
  );
}

it('a checkpoint is read back whole, and only its own state file is kept', async () => {
  await write(8);
  await write(9);
  expect(await readCheckpoint(path, 'r')).toMatchObject({ step: 9, best: { step: 4 }, computed });
  expect(await readdir(folder)).toEqual(['checkpoint.json', 'checkpoint.json.9.state']);
  expect(await readCheckpoint(path, 'another')).toBeNull();
});

it.each([
  [
    'of an earlier release',
    ({ computed: _, ...rest }: Record<string, unknown>) => ({ ...rest, format: 1, threads: 2 }),
  ],
  ['of a later release', (written: Record<string, unknown>) => ({ ...written, format: 7 })],
  ['that names a file elsewhere', (written: Record<string, unknown>) => ({ ...written, stateFile: '../state' })],
])('a checkpoint %s is ignored', async (_, change) => {
  await write(9);
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
  expect(await readCheckpoint(path, 'r')).toBeNull();
});

it('changes of threads, kernels and micro-batch are reported, those of kept activations are not', () => {
  expect(changesOf(computed, { ...computed, keptBlocks: 0, keptAttentions: 0 })).toEqual([]);
  expect(changesOf(computed, { ...computed, threads: 4, kernels: 'avx512', microBatchTokens: 128 })).toEqual([
    '4 threads instead of 2',
    'the kernels avx512 instead of avx2',
    '128 tokens at a time instead of 512',
  ]);
});
