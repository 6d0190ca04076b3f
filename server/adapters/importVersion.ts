/** Stores an adapter made elsewhere as a version: inactive, and marked as not evaluated here. */
import { stat } from 'node:fs/promises';
import type { ModelSummary } from '../models/inspect.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { sha256File, sha256OfModel } from '../storage/hash.ts';
import { BadAdapter } from './badAdapter.ts';
import { ALPHAS, readAdapterFile } from './peft/ggufAdapter.ts';

export interface ImportFacts {
  readonly id: string;
  readonly createdAtMs: number;
  readonly toolVersion: string;
  readonly name: string;
  /** Checked: finite, whole pairs, one rank. */
  readonly adapterFile: string;
  readonly base: ModelSummary;
  readonly repository: string;
  readonly prompt: Manifest['prompt'];
  readonly split: string;
}

/** @throws if the file mixes ranks, or has a scale that no training produces */
export async function rankAndAlphaOf(adapterFile: string): Promise<{ readonly rank: number; readonly alpha: number }> {
  const { alpha, matrices } = await readAdapterFile(adapterFile);
  const ranks = new Set([...matrices].map(([name, { shape }]) => (name.endsWith('_a') ? shape[0] : shape[1])));
  const [rank = 0] = ranks;
  if (ranks.size !== 1)
    throw new BadAdapter(`it mixes ranks (${[...ranks].slice(0, 8).join(', ')}); all matrices need the same one`);
  if (!(alpha >= ALPHAS.least && alpha <= ALPHAS.most)) throw new BadAdapter(`its scale is ${alpha}`);
  return { rank, alpha };
}

export async function describeImport(facts: ImportFacts): Promise<Manifest> {
  const { id, base, adapterFile } = facts;
  const { rank, alpha } = await rankAndAlphaOf(adapterFile);
  return {
    format: 1,
    id,
    name: facts.name,
    createdAt: new Date(facts.createdAtMs).toISOString(),
    toolVersion: facts.toolVersion,
    author: null,
    parent: null,
    base: {
      name: base.name,
      architecture: base.architecture,
      sha256: await sha256OfModel(base.path),
      sizeBytes: base.sizeBytes,
      parameters: base.parameters,
      weightType: base.weightType,
    },
    adapter: {
      sha256: await sha256File(adapterFile),
      sizeBytes: (await stat(adapterFile)).size,
      rank,
      alpha,
      rsLora: false,
    },
    dataset: {
      repository: facts.repository,
      digest: '',
      firstCommit: '',
      commit: '',
      files: 0,
      trainPairs: 0,
      heldOutPairs: 0,
      split: facts.split,
    },
    training: {
      method: 'imported',
      baseType: 'as-is',
      steps: 0,
      tokens: 0,
      seconds: 0,
      learningRate: 0,
      dropout: 0,
      weightDecay: 0,
      loraPlusRatio: 1,
      promptWeight: 0,
      seed: 0,
      endReason: 'imported',
    },
    prompt: facts.prompt,
    metrics: null,
  };
}
