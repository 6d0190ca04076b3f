/** The arms' adapters: tuned on the edits in a repository's history, with or without its code for completions, in a given time. */
import * as z from 'zod';
import { Random } from '../../server/common/random.ts';
import { LEAST_TOKENS_PER_STEP } from '../../server/engine/training/schedule.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { LoadedEngine } from '../../server/engine/types.ts';
import type { EditExample } from '../../server/mining/edits/examples.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { editSequences } from '../../server/tuning/editRows.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { NOTHING_HELD_OUT, Preparation } from '../../server/tuning/prepare.ts';
import { makeJob } from '../../server/tuning/trainRun.ts';
import { keptIn, ofSteps, TUNED, trainIn, tuneSchema } from '../keptTune.ts';

const done = tuneSchema.extend({
  edits: z.number(),
  pairs: z.number(),
  lossBefore: z.number(),
  lossBest: z.number(),
});
export type Tune = z.infer<typeof done>;

export interface TuneInput {
  /** Where the tune is kept: a stopped run resumes from its checkpoint. */
  readonly folder: string;
  readonly serving: LoadedEngine;
  readonly dataset: Dataset;
  readonly edits: readonly EditExample[];
  /** Share of edits in the sequences; the others are completion pairs. */
  readonly editShare: number;
  readonly minutes: number;
  /** Tokens to learn, whatever time that takes, with the adapter at full scale; null: as many as fit in `minutes`. */
  readonly tokens: number | null;
  readonly threads: number;
  readonly learningRate?: number | undefined;
  say(text: string): void;
}

/** The most a fast processor learns in a quarter of an hour. */
const MOST_TOKENS = 600_000;
const MOST_PAIRS = 2000;
const STEERING = 24;

export async function tune(input: TuneInput): Promise<Tune> {
  return await keptIn(input.folder, TUNED, done, () => made(input));
}

async function made(input: TuneInput): Promise<Tune> {
  const { folder, serving, dataset, editShare, minutes, threads, learningRate, say } = input;
  const options = {
    folder: dataset.root,
    modelPath: serving.model.path,
    baseType: 'q4_0',
    ...(threads > 0 ? { threads } : {}),
    ...(learningRate === undefined ? {} : { learningRate }),
  } as const;
  const trainer = trainerConfig(options, serving.model);
  const preparation = new Preparation(dataset, serving);
  const shuffled = new Random('next-edit', dataset.firstCommit).shuffle(input.edits);
  // The steering set comes from the same commits as the training set, but is not learned.
  const [steering, learned] = [shuffled.slice(0, STEERING), shuffled.slice(STEERING)];
  const edits = await editSequences(learned, 'train', editShare * MOST_TOKENS, serving);
  const pairs = editShare === 0 ? MOST_PAIRS : Math.round((edits.length * (1 - editShare)) / editShare);
  const others = await preparation.train(pairs, trainer.seed);
  // As in a product tune, steer by completions, unless the tune is for edits only.
  const steers =
    editShare < 1
      ? (await preparation.steering(2 * STEERING)).slice(0, STEERING)
      : await editSequences(steering, 'held-out', MOST_TOKENS, serving);
  const sequences = [...edits, ...others.sequences];
  const tokens = sequences.reduce((sum, one) => sum + one.tokens.length, 0);
  const mixed = { ...others, sequences, tokens, datasetTokens: tokens };
  const job = await makeJob(
    'next-edit',
    folder,
    trainer,
    serving,
    { format: preparation.format, train: mixed, heldOut: NOTHING_HELD_OUT, steering: steers },
    options,
    minutes * 60,
    { initialAdapter: null, adapterScale: input.tokens === null ? null : 1 },
  );
  const schedule = input.tokens === null ? job.schedule : ofSteps(job.schedule, stepsOf(input.tokens));
  say(`${edits.length} edits and ${others.pairs.length} pairs, ${tokens} tokens`);
  const { outcome, ...tuned } = await trainIn(folder, { ...job, schedule, adaptToSpeed: input.tokens === null }, say);
  return {
    ...tuned,
    edits: edits.length,
    pairs: others.pairs.length,
    lossBefore: outcome.heldOutBefore,
    lossBest: outcome.heldOutBest,
  };
}

function stepsOf(tokens: number): Pick<Schedule, 'steps' | 'tokensPerStep' | 'evaluateEvery'> {
  const steps = Math.max(1, Math.round(tokens / LEAST_TOKENS_PER_STEP));
  return { steps, tokensPerStep: LEAST_TOKENS_PER_STEP, evaluateEvery: steps };
}
