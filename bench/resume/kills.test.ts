import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { checkResume } from './kills.ts';

vi.setConfig({ testTimeout: 180_000 });

it('a run killed at a random moment ends with the adapter of an undisturbed one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-resume-'));
  try {
    const { runs, differ, resumed } = await checkResume({ folder, kills: 2, steps: 6, say: () => {} });
    expect({ runs, differ, resumed }).toEqual({ runs: 2, differ: 0, resumed: 2 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
