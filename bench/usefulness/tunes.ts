/** The adapters of the arms: tuned here, on another repository, and on layout alone, each on as many tokens as the first. */
import * as z from 'zod';
import { Random } from '../../server/common/random.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { LoadedEngine } from '../../server/engine/types.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { makeJob, pairsInTime } from '../../server/tuning/trainRun.ts';
import { keptIn, ofSteps, TUNED, trainIn, tuneSchema } from '../keptTune.ts';

const done = tuneSchema.extend({ pairs: z.number() });
export type Tune = z.infer<typeof done>;

export interface TuneInput {
  /** Kept here: a run that is stopped goes on from its checkpoint. */
  readonly folder: string;
  readonly serving: LoadedEngine;
  /** Learned from are its pairs for training; what steers are its held-out ones. */
  readonly dataset: Dataset;
  readonly minutes: number;
  /** As many steps as this one took, whatever the time; null: as many as `minutes` hold. */
  readonly like: Tune | null;
  say(text: string): void;
}

const MOST_PAIRS = 8000;
/** A fast processor's parameters times tokens of training a second: no run sees more pairs than it would. */
const PARAMETERS_A_SECOND = 2e11;
const STEERING = 240;

export async function tune(input: TuneInput): Promise<Tune> {
  return await keptIn(input.folder, TUNED, done, () => made(input));
}

async function made({ folder, serving, dataset, minutes, like, say }: TuneInput): Promise<Tune> {
  const options = { folder: dataset.root, modelPath: serving.model.path, baseType: 'q4_0' } as const;
  const trainer = trainerConfig(options, serving.model);
  const preparation = new Preparation(dataset, serving);
  const affordable = pairsInTime(minutes * 60, (2 * PARAMETERS_A_SECOND) / serving.model.parameters);
  const learned = await preparation.train(Math.min(MOST_PAIRS, affordable), trainer.seed);
  const steering = await preparation.steering(STEERING);
  const heldOut = { pairs: [], sequences: [], samples: [] };
  const job = await makeJob(
    'usefulness',
    folder,
    trainer,
    serving,
    { format: preparation.format, train: learned, heldOut, steering },
    options,
    minutes * 60,
    { initialAdapter: null, adapterScale: null },
  );
  const schedule = like === null ? job.schedule : ofSteps(job.schedule, asLong(like));
  const { outcome: _, ...tuned } = await trainIn(folder, { ...job, schedule, adaptToSpeed: like === null }, say);
  return { ...tuned, pairs: learned.pairs.length };
}

function asLong({ steps, tokens }: Tune): Pick<Schedule, 'steps' | 'tokensPerStep' | 'evaluateEvery'> {
  return {
    steps,
    tokensPerStep: Math.max(1, Math.round(tokens / steps)),
    evaluateEvery: Math.max(5, Math.round(steps / 4)),
  };
}

/** One dataset of several, for layout alone: their training pairs mixed, as many of each. */
export function mixed(datasets: readonly Dataset[]): Dataset {
  const each = Math.min(...datasets.map(({ pairs }) => pairs.length));
  const pairs = datasets.flatMap((dataset) =>
    new Random('layout', dataset.firstCommit).shuffle(dataset.pairs).slice(0, each),
  );
  return { ...datasets[0]!, repository: '', pairs };
}
