/** The arms' adapters: a tune from scratch, and one that continues from the previous adapter. */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeWithAlpha } from '../../server/adapters/fullScale.ts';
import { planSchedule } from '../../server/engine/training/schedule.ts';
import { writeSequences } from '../../server/engine/training/sequences.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { LoadedEngine } from '../../server/engine/types.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { drawToLearn, type KeepUpMethod, keepUpSchedule, type News } from '../../server/tuning/keepUp.ts';
import { layoutPairs } from '../../server/tuning/layoutAdapters.ts';
import { Preparation, type Train } from '../../server/tuning/prepare.ts';
import { sequencesFile, trainOnce } from '../trainOnce.ts';
import type { Learned, WalkFolder } from './work.ts';

export interface Learning {
  readonly work: WalkFolder;
  readonly serving: LoadedEngine;
  /** Names its files. */
  readonly name: string;
  readonly dataset: Dataset;
  /** Limit of tokens; a tune from scratch uses all of it. */
  readonly tokens: number;
  readonly seed: number;
  /** 0: as many as a run would use. */
  readonly threads: number;
}

const TOKENS_PER_STEP = 1024;
/** The mean pair of a data set has twice as many. */
const LEAST_TOKENS_PER_PAIR = 200;
/** Held-out pairs that are measured; those after them are for steering. */
const MEASURED = 200;
/** Fewer than in a run: with such short tunes they would cost more than the steps. */
const STEERING_PAIRS = 40;

/** From scratch, with the defaults of a tune. */
export async function tuneAnew(learning: Learning): Promise<Learned> {
  const { serving, dataset, tokens, seed } = learning;
  const preparation = new Preparation(dataset, serving);
  const train = await preparation.train(Math.ceil(tokens / LEAST_TOKENS_PER_PAIR), seed);
  const usual = usualSchedule(serving, train);
  const steps = Math.max(1, Math.round(tokens / TOKENS_PER_STEP));
  const schedule = {
    ...usual,
    steps,
    tokensPerStep: TOKENS_PER_STEP,
    warmupSteps: Math.max(1, Math.min(20, Math.round(steps * 0.05))),
    evaluateEvery: Math.max(5, Math.round(steps / 4)),
  };
  return await learn(learning, preparation, train, schedule, null, train.pairs.length);
}

/** The adapter to continue from, in the walk's folder, and its scale. */
export interface Before {
  readonly adapter: string;
  readonly scale: number;
}

export async function keepUp(learning: Learning, from: Before, news: News, method: KeepUpMethod): Promise<Learned> {
  const { serving, dataset, tokens, seed } = learning;
  const preparation = new Preparation(dataset, serving);
  const most = Math.ceil(tokens / LEAST_TOKENS_PER_PAIR);
  const drawn = drawToLearn(dataset.pairs, await layoutPairs(), news, most, seed, method);
  const train = await preparation.trainOn(drawn.pairs, tokens);
  if (train.tokens < TOKENS_PER_STEP)
    return { adapter: null, tokens: 0, cpuSeconds: 0, scale: from.scale, pairs: 0, news: 0 };
  const schedule = keepUpSchedule(usualSchedule(serving, train), train.tokens, method);
  const share = drawn.news / drawn.pairs.length;
  return await learn(learning, preparation, train, schedule, from, Math.round(train.pairs.length * share));
}

function usualSchedule({ model }: LoadedEngine, train: Train): Schedule {
  return planSchedule({ trainTokens: train.tokens, parameters: model.parameters, maxSeconds: 24 * 3600 });
}

async function learn(
  { work, serving, name, seed, threads }: Learning,
  preparation: Preparation,
  train: Train,
  schedule: Schedule,
  from: Before | null,
  news: number,
): Promise<Learned> {
  const scratch = await mkdtemp(join(tmpdir(), 'repotune-keep-up-'));
  try {
    const steering = (await preparation.steering(MEASURED)).slice(0, STEERING_PAIRS);
    await writeSequences(join(scratch, sequencesFile), [...train.sequences, ...steering]);
    const options = {
      folder: '',
      modelPath: serving.model.path,
      baseType: 'q4_0',
      seed,
      ...(threads > 0 ? { threads } : {}),
    } as const;
    const trainer = trainerConfig(options, serving.model);
    const initial = join(scratch, 'initial.gguf');
    if (from !== null) await writeWithAlpha(join(work.path, from.adapter), trainer.alpha, initial);
    const scale = from?.scale ?? null;
    const trained = await trainOnce(scratch, trainer, schedule, scale, undefined, from && initial);
    const adapter = `${name}.gguf`;
    await mkdir(dirname(join(work.path, adapter)), { recursive: true });
    await copyFile(trained.adapter, join(work.path, adapter));
    const tokens = trained.steps * schedule.tokensPerStep;
    const { cpuSeconds, adapterScale } = trained;
    return { adapter, tokens, cpuSeconds, scale: adapterScale, pairs: train.pairs.length, news };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
