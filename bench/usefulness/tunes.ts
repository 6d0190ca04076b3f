/** The arms' adapters: tuned here, tuned for as many steps on another repository, and the one that a prepared base serves with. */
import * as z from 'zod';
import { createTuneEngine } from '../../server/engine/index.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { LoadedEngine } from '../../server/engine/types.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { trainLayout } from '../../server/runs/makeLayout.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { NOTHING_HELD_OUT, Preparation } from '../../server/tuning/prepare.ts';
import { makeJob, pairsInTime } from '../../server/tuning/trainRun.ts';
import { keptIn, ofSteps, saying, TUNED, trainIn, tuneSchema } from '../keptTune.ts';

const done = tuneSchema.extend({ pairs: z.number() });
export type Tune = z.infer<typeof tuneSchema>;

export interface TuneInput {
  /** Where the tune is kept: a stopped run resumes from its checkpoint. */
  readonly folder: string;
  readonly serving: LoadedEngine;
  /** Called if the tune does not exist yet: it learns the training pairs and is steered by the held-out ones. */
  mined(): Promise<Dataset>;
  readonly minutes: number;
  /** A tune whose step count to match, whatever the time; null: as many as fit in `minutes`. */
  readonly like: Tune | null;
  say(text: string): void;
}

const MOST_PAIRS = 8000;
/** Parameters times training tokens per second on a fast processor, which bounds the pairs that a run can use. */
const PARAMETERS_A_SECOND = 2e11;
const STEERING = 240;

export async function tune(input: TuneInput): Promise<Tune> {
  return await keptIn(input.folder, TUNED, done, () => made(input));
}

/** As made by `repotune models prepare`. */
export async function layoutTune(input: Omit<TuneInput, 'mined' | 'like'>): Promise<Tune> {
  const { folder, serving, minutes, say } = input;
  return await keptIn(folder, TUNED, tuneSchema, async () => {
    const signal = new AbortController().signal;
    const making = { serving, modelPath: serving.model.path, minutes, createTuneEngine, progress: saying(say), signal };
    const { path, steps, tokens, seconds } = await trainLayout(making, folder);
    return { adapter: path, steps, tokens, seconds, scale: 1 };
  });
}

async function made({ folder, serving, mined, minutes, like, say }: TuneInput): Promise<z.infer<typeof done>> {
  const dataset = await mined();
  const options = { folder: dataset.root, modelPath: serving.model.path, baseType: 'q4_0' } as const;
  const trainer = trainerConfig(options, serving.model);
  const preparation = new Preparation(dataset, serving);
  const affordable = pairsInTime(minutes * 60, (2 * PARAMETERS_A_SECOND) / serving.model.parameters);
  const learned = await preparation.train(Math.min(MOST_PAIRS, affordable), trainer.seed);
  const steering = await preparation.steering(STEERING);
  const job = await makeJob(
    'usefulness',
    folder,
    trainer,
    serving,
    { format: preparation.format, train: learned, heldOut: NOTHING_HELD_OUT, steering },
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
