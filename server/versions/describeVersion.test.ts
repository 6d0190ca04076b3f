import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Dataset } from '../mining/types.ts';
import { manifestSchema } from '../protocol/manifest.ts';
import { describeVersion, learnedDataset, newVersionId, type VersionFacts } from './describeVersion.ts';

/** A description read back; `named` replaces every name that others choose. */
async function described(named: string) {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-describe-'));
  const file = join(folder, 'file');
  await writeFile(file, 'weights');
  const dataset = {
    repository: named,
    digest: 'd',
    firstCommit: '',
    commit: '',
    files: [],
    pairs: [],
  } as unknown as Dataset;
  const facts = {
    options: { folder, modelPath: file },
    dataset: learnedDataset(dataset, '', 0),
    serving: { model: { name: named, architecture: 'qwen2', sizeBytes: 1, parameters: 1, weightType: 'Q4_0' } },
    job: {
      trainer: { rank: 16, alpha: 16, weightDecay: 0, seed: 1, baseType: 'q4_0' },
      schedule: { learningRate: 1e-3, promptWeight: 0 },
    },
    prepared: { format: { order: 'suffix-first', repoTokens: false } },
    outcome: { reason: 'schedule', steps: 1, tokens: 1, seconds: 1, adapterScale: 1 },
    report: null,
    adapterFile: file,
    parent: null,
  } as unknown as VersionFacts;
  const id = newVersionId(0, 'test');
  const manifest = await describeVersion(id, 0, facts, '0');
  await rm(folder, { recursive: true });
  return { ...manifestSchema.parse(manifest), id };
}

it('a version of a base and folder with very long or empty names has a valid manifest', async () => {
  const long = 'x'.repeat(300);
  expect(await described(long)).toMatchObject({ name: 'x'.repeat(100), dataset: { repository: 'x'.repeat(200) } });
  // A folder at a disk's root has no name.
  const { id, name } = await described('');
  expect(name).toBe(id);
});
