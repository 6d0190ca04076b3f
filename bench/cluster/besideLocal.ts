/** Repeats a cluster's steps with our trainer, on the same rows and initial weights, and scores both adapters on the same held-out text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { importPeft } from '../../server/adapters/peft/interchange.ts';
import { AdapterStore } from '../../server/adapters/store.ts';
import { loadAddon } from '../../server/engine/native.ts';
import { openTrainer } from '../../server/engine/trainer.ts';
import { rateAt } from '../../server/engine/training/schedule.ts';
import type { AdapterRef } from '../../server/engine/types.ts';
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

const stepsSchema = z.object({
  plan: z.object({
    steps: z.number(),
    learning_rate: z.number(),
    warmup_steps: z.number(),
    final_share: z.number(),
    rank: z.number(),
    alpha: z.number(),
    seed: z.number(),
  }),
  steps: z.array(
    z
      .array(z.object({ tokens: z.array(z.number()), starts: z.array(z.number()), lossWeights: z.array(z.number()) }))
      .min(1),
  ),
});

/** `stepsFolder`: what stepsOf.py wrote for the job. */
export async function besideLocal(
  folder: string,
  adapterId: string,
  stepsFolder: string,
  modelPath: string,
): Promise<Beside> {
  const { manifest, adapterPath } = await (await AdapterStore.of(folder)).find(adapterId);
  const path = await trainHere(stepsFolder, modelPath);
  const serving = new ServingOnce({ mergeAdapters: false });
  try {
    const loaded = await serving.load(modelPath, 'cpu');
    const dataset = await mineRepository(learnedFrom(folder));
    const { samples } = await new Preparation(dataset, loaded).heldOut(240);
    const lossOf = async (one: AdapterRef | null): Promise<number> => {
      const scores = await loaded.engine.score(samples, one);
      return scores.reduce((sum, { nll }) => sum + nll, 0) / scores.reduce((sum, { tokens }) => sum + tokens, 0);
    };
    const base = await lossOf(null);
    // The cluster's adapter was stored with its best serving scale; use the same scale for both.
    const cluster = await lossOf({ id: 'cluster', path: adapterPath, scale: 1 });
    const local = await lossOf({ id: 'local', path, scale: manifest.training.adapterScale ?? 1 });
    return { base, cluster, local, differencePercent: (100 * Math.abs(cluster - local)) / local };
  } finally {
    await serving.dispose();
  }
}

async function trainHere(stepsFolder: string, modelPath: string): Promise<string> {
  const { plan, steps } = stepsSchema.parse(JSON.parse(await readFile(join(stepsFolder, 'steps.json'), 'utf8')));
  const first = join(stepsFolder, 'first.gguf');
  await importPeft(join(stepsFolder, 'first'), modelPath, first);
  const { rank, alpha, seed } = plan;
  const options = { folder: '', modelPath, baseType: 'as-is', rank, alpha, seed, device: 'cpu' } as const;
  const trainer = await openTrainer(loadAddon(), {
    ...trainerConfig(options, { contextLength: Math.max(...steps.flat().map(({ tokens }) => tokens.length)) }),
    memoryBudgetBytes: 0,
  });
  try {
    await trainer.importAdapter(first);
    const schedule = { warmupSteps: plan.warmup_steps, learningRate: plan.learning_rate, finalShare: plan.final_share };
    for (const [step, rows] of steps.entries()) {
      const typed = rows.map(({ tokens, starts, lossWeights }) => ({
        tokens: Int32Array.from(tokens),
        starts: Int32Array.from(starts),
        lossWeights: Float32Array.from(lossWeights),
      }));
      await trainer.step(typed, rateAt(step, step / plan.steps, schedule));
    }
    const path = join(stepsFolder, 'local.gguf');
    await trainer.exportAdapter(path);
    return path;
  } finally {
    trainer.dispose();
  }
}
