/** Our trainer on the rows that a cluster was sent, for the same steps; and both adapters on the same held-out text. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AdapterStore, type StoredAdapter } from '../../server/adapters/store.ts';
import type { TrainingRow } from '../../server/cluster/rows.ts';
import { createTuneEngine } from '../../server/engine/index.ts';
import { planSchedule } from '../../server/engine/training/schedule.ts';
import { writeSequences } from '../../server/engine/training/sequences.ts';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { mineRepository } from '../../server/mining/index.ts';
import { ServingOnce } from '../../server/models/servingOnce.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { learnedFrom } from '../../server/tuning/learnedFrom.ts';
import { Preparation } from '../../server/tuning/prepare.ts';

export interface Beside {
  readonly base: number;
  readonly cluster: number;
  readonly local: number;
  readonly differencePercent: number;
}

export async function besideLocal(
  folder: string,
  adapterId: string,
  rows: readonly TrainingRow[],
  tokensPerStep: number,
  modelPath: string,
  scratch: string,
): Promise<Beside> {
  const store = await AdapterStore.of(folder);
  const adapter = await store.find(adapterId);
  const serving = new ServingOnce({ mergeAdapters: false });
  try {
    const loaded = await serving.load(modelPath, 'cpu');
    const path = await trainHere(adapter, rows, tokensPerStep, loaded, modelPath, scratch);
    const { training } = adapter.manifest;
    const dataset = await mineRepository(learnedFrom(folder));
    const { samples } = await new Preparation(dataset, loaded).heldOut(240);
    const lossOf = async (one: AdapterRef | null): Promise<number> => {
      const scores = await loaded.engine.score(samples, one);
      return scores.reduce((sum, { nll }) => sum + nll, 0) / scores.reduce((sum, { tokens }) => sum + tokens, 0);
    };
    const base = await lossOf(null);
    // What came from the cluster was stored with the scale that serves best: the same for both.
    const cluster = await lossOf({ id: 'cluster', path: adapter.adapterPath, scale: 1 });
    const local = await lossOf({ id: 'local', path, scale: training.adapterScale ?? 1 });
    return { base, cluster, local, differencePercent: (100 * Math.abs(cluster - local)) / local };
  } finally {
    await serving.dispose();
  }
}

async function trainHere(
  { manifest }: StoredAdapter,
  rows: readonly TrainingRow[],
  tokensPerStep: number,
  { model }: LoadedEngine,
  modelPath: string,
  scratch: string,
): Promise<string> {
  await mkdir(scratch, { recursive: true });
  const sequences = rows.map(({ input_ids: ids, labels }) => ({
    split: 'train' as const,
    tokens: Int32Array.from(ids),
    lossFrom: labels.findIndex((label) => label !== -100),
  }));
  const first = sequences[0]!;
  // The loop looks at held-out text; the last weights are what is wanted here, so one row that says little is enough.
  await writeSequences(join(scratch, 'sequences.bin'), [...sequences, { ...first, split: 'held-out' }]);
  const { training, adapter } = manifest;
  const trainer = {
    ...trainerConfig(
      { folder: '', modelPath, baseType: 'as-is', rank: adapter.rank, seed: training.seed, device: 'cpu' },
      model,
    ),
    memoryBudgetBytes: 0,
  };
  const wished = planSchedule({
    trainTokens: rows.reduce((sum, { input_ids: ids }) => sum + ids.length, 0),
    parameters: model.parameters,
    maxSeconds: Number.MAX_SAFE_INTEGER,
    learningRate: training.learningRate,
  });
  const { steps } = training;
  const engine = createTuneEngine();
  const outcome = await engine
    .run(
      {
        runId: 'beside',
        runDir: scratch,
        trainer,
        schedule: {
          ...wished,
          steps,
          tokensPerStep,
          warmupSteps: Math.min(wished.warmupSteps, Math.max(1, Math.round(steps * 0.05))),
          promptWeight: 0,
          evaluateEvery: steps,
          patience: 1,
        },
        adaptToSpeed: false,
        initialAdapter: null,
        adapterScale: 1,
        sequencesFile: 'sequences.bin',
        adapterFile: 'adapter.gguf',
        checkpointFile: 'checkpoint.json',
        checkpointEverySeconds: 1e9,
      },
      () => {},
    )
    .finally(() => engine.dispose());
  if (outcome.kind !== 'trained') throw new Error(`Our trainer did not come to its end: ${JSON.stringify(outcome)}`);
  return join(scratch, 'adapter.gguf');
}
