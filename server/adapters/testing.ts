/** Manifests for tests: valid, with whatever a test wants to be different. */
import { stat } from 'node:fs/promises';
import { sha256File } from './hash.ts';
import type { Manifest } from './manifest.ts';

export async function manifestFor(id: string, adapterFile: string, changes: Partial<Manifest> = {}): Promise<Manifest> {
  return {
    format: 1,
    id,
    name: `adapter ${id}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    toolVersion: '0.1.0',
    author: { name: 'A Person', email: 'a@example.org' },
    parent: null,
    base: {
      name: 'base',
      architecture: 'llama',
      sha256: '0'.repeat(64),
      sizeBytes: 1,
      parameters: 1,
      weightType: 'F16',
    },
    adapter: {
      sha256: await sha256File(adapterFile),
      sizeBytes: (await stat(adapterFile)).size,
      rank: 16,
      alpha: 16,
      rsLora: false,
    },
    dataset: {
      repository: 'r',
      digest: 'd',
      firstCommit: '',
      commit: '',
      files: 1,
      trainPairs: 1,
      heldOutPairs: 1,
      split: 's',
    },
    training: {
      method: 'qlora',
      baseType: 'q4_0',
      steps: 1,
      tokens: 1,
      seconds: 1,
      learningRate: 1e-3,
      dropout: 0,
      weightDecay: 0,
      loraPlusRatio: 1,
      promptWeight: 0,
      seed: 1,
      endReason: 'schedule',
    },
    prompt: { order: 'suffix-first', repoTokens: false },
    metrics: { heldOutTokens: 100, heldOutLossBase: 2, heldOutLossTuned: 1.8 },
    ...changes,
  };
}
