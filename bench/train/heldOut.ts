/** What is learned in equal processor time with all blocks and F32 kernels, and with a tune's defaults, measured by the serving engine. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCompletionEngine } from '../../server/engine/index.ts';
import { LEAST_TOKENS_PER_STEP, planSchedule } from '../../server/engine/training/schedule.ts';
import { writeSequences } from '../../server/engine/training/sequences.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { AdapterRef } from '../../server/engine/types.ts';
import { lossOf } from '../../server/evaluation/compare.ts';
import { LossStore } from '../../server/evaluation/lossStore.ts';
import { Scorer } from '../../server/evaluation/scorer.ts';
import { mineRepository } from '../../server/mining/index.ts';
import { inspectModel } from '../../server/models/inspect.ts';
import { adaptedBlocksFor } from '../../server/tuning/blocks.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { sequencesFile, type Trained, trainOnce } from '../trainOnce.ts';

export interface HeldOutRequest {
  readonly folder: string;
  readonly model: string;
  /** Tokens that the F32 arm learns. */
  readonly tokens: number;
  readonly pairs: number;
  readonly threads: number;
  /** Kernels of the F32 arm, and of the defaults; null: as chosen by a tune. */
  readonly f32: string;
  readonly kernels: string | null;
}

interface Arm {
  readonly loss: number;
  readonly tokens: number;
  readonly processorSeconds: number;
  readonly kernels: string;
}

export interface HeldOutAnswer {
  readonly base: number;
  readonly allBlocksF32: Arm;
  readonly defaults: Arm;
}

const TRAIN_PAIRS = 4000;
/** Pilot steps with the defaults: their speed determines how many tokens the arm gets. */
const PILOT_STEPS = 12;

export async function compareHeldOut(request: HeldOutRequest, tell: (what: string) => void): Promise<HeldOutAnswer> {
  const scratch = await mkdtemp(join(tmpdir(), 'repotune-bench-train-'));
  const engine = createCompletionEngine();
  try {
    const model = await engine.load({ modelPath: request.model, contextTokens: 1024, device: 'cpu' });
    const preparation = new Preparation(await mineRepository({ folder: request.folder }), { engine, model });
    const heldOut = await preparation.heldOut(request.pairs, undefined, 'short');
    const steering = (await preparation.steering(request.pairs)).slice(0, request.pairs / 2);
    const train = await preparation.train(TRAIN_PAIRS, 1);
    const scorer = new Scorer({ engine, model }, await LossStore.open(null));
    const lossWith = async (adapter: AdapterRef | null): Promise<number> =>
      lossOf(await scorer.score(adapter, heldOut.samples)).loss;
    const config = trainerConfig(
      { folder: '', modelPath: request.model, baseType: 'q4_0', threads: request.threads, device: 'cpu', seed: 1 },
      model,
    );
    const { layers: blocks } = await inspectModel(request.model);
    const byDefault = adaptedBlocksFor({
      blocks,
      parameters: model.parameters,
      datasetTokens: train.datasetTokens,
      tokens: request.tokens,
    });
    const planned = planSchedule({ trainTokens: train.tokens, parameters: model.parameters, maxSeconds: 86_400 });
    const trained = async (
      name: string,
      tokens: number,
      kernels: string | null,
      allBlocks: boolean,
    ): Promise<Trained & { readonly id: string; readonly tokensLearned: number }> => {
      const runDir = join(scratch, name);
      await mkdir(runDir);
      await writeSequences(join(runDir, sequencesFile), [...train.sequences, ...steering]);
      const trainer = { ...config, adaptedBlocks: allBlocks ? 0 : byDefault };
      const schedule = { ...scheduleFor(planned, tokens), ...(allBlocks ? { promptEvery: 1 } : {}) };
      const result = await trainOnce(runDir, trainer, schedule, 1, kernels ?? undefined);
      return { ...result, id: name, tokensLearned: schedule.steps * schedule.tokensPerStep };
    };
    const arm = async (one: Awaited<ReturnType<typeof trained>>): Promise<Arm> => ({
      loss: await lossWith({ id: one.id, path: one.adapter, scale: 1 }),
      tokens: one.tokensLearned,
      processorSeconds: one.cpuSeconds,
      kernels: one.kernels,
    });
    tell('Held-out loss of the base');
    const base = await lossWith(null);
    tell(`Training all blocks with ${request.f32} kernels on ${request.tokens} tokens`);
    const f32 = await trained('f32', request.tokens, request.f32, true);
    tell('Timing the defaults of a tune');
    const pilotTokens = PILOT_STEPS * LEAST_TOKENS_PER_STEP;
    const pilot = await trained('pilot', pilotTokens, request.kernels, false);
    // The first step warms up and is not counted.
    const perToken = ({ cpuSeconds, steps, tokensLearned }: typeof f32): number =>
      cpuSeconds / (tokensLearned * (1 - 1 / steps));
    const tokens = Math.round((request.tokens * perToken(f32)) / perToken(pilot));
    tell(`Training with the defaults of a tune on ${tokens} tokens, in the same processor time`);
    const defaults = await trained('defaults', tokens, request.kernels, false);
    return { base, allBlocksF32: await arm(f32), defaults: await arm(defaults) };
  } finally {
    await engine.dispose();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The smallest steps, as taken on a slow machine. */
function scheduleFor(planned: Schedule, tokens: number): Schedule {
  const tokensPerStep = LEAST_TOKENS_PER_STEP;
  const steps = Math.max(2, Math.round(tokens / tokensPerStep));
  const warmupSteps = Math.max(1, Math.min(20, Math.round(steps * 0.05)));
  return { ...planned, tokensPerStep, steps, warmupSteps, evaluateEvery: steps };
}
