/** The adapters of the arms: what a repository's history tells of edits, with or without its code for completions, in so many minutes. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Random } from '../../server/common/random.ts';
import { createTuneEngine } from '../../server/engine/index.ts';
import { LEAST_TOKENS_PER_STEP } from '../../server/engine/training/schedule.ts';
import type { Schedule } from '../../server/engine/training/trainJob.ts';
import type { LoadedEngine } from '../../server/engine/types.ts';
import type { EditExample } from '../../server/mining/edits/examples.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { editSequences } from '../../server/tuning/editRows.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { makeJob, train } from '../../server/tuning/trainRun.ts';

const done = z.object({
  adapter: z.string(),
  steps: z.number(),
  tokens: z.number(),
  seconds: z.number(),
  scale: z.number(),
  edits: z.number(),
  pairs: z.number(),
  lossBefore: z.number(),
  lossBest: z.number(),
});
export type Tune = z.infer<typeof done>;

export interface TuneInput {
  /** Kept here: a run that is stopped goes on from its checkpoint. */
  readonly folder: string;
  readonly serving: LoadedEngine;
  readonly dataset: Dataset;
  readonly edits: readonly EditExample[];
  /** Of the sequences, edits; the others are pairs for completions. */
  readonly editShare: number;
  readonly minutes: number;
  /** Learned from, whatever time that takes, with the adapter applied whole; null: as many as `minutes` hold. */
  readonly tokens: number | null;
  readonly threads: number;
  readonly learningRate?: number | undefined;
  say(text: string): void;
}

/** A fast processor learns no more in a quarter of an hour. */
const MOST_TOKENS = 600_000;
const MOST_PAIRS = 2000;
const STEERING = 24;
const SAY_EVERY_MS = 20_000;

export async function tune(input: TuneInput): Promise<Tune> {
  const { folder, serving, dataset, editShare, minutes, threads, learningRate, say } = input;
  const kept = join(folder, 'done.json');
  if (existsSync(kept)) return done.parse(JSON.parse(await readFile(kept, 'utf8')));
  await mkdir(folder, { recursive: true });
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
  // What steers is of commits that are learned from as well, but not itself learned.
  const [steering, learned] = [shuffled.slice(0, STEERING), shuffled.slice(STEERING)];
  const edits = await editSequences(learned, 'train', editShare * MOST_TOKENS, serving);
  const pairs = editShare === 0 ? MOST_PAIRS : Math.round((edits.length * (1 - editShare)) / editShare);
  const others = await preparation.train(pairs, trainer.seed);
  // As a product's tune: by completions, where it is not for edits alone.
  const steers =
    editShare < 1
      ? (await preparation.steering(2 * STEERING)).slice(0, STEERING)
      : await editSequences(steering, 'held-out', MOST_TOKENS, serving);
  const sequences = [...edits, ...others.sequences];
  const tokens = sequences.reduce((sum, one) => sum + one.tokens.length, 0);
  const mixed = { ...others, sequences, tokens, datasetTokens: tokens };
  const heldOut = { pairs: [], sequences: [], samples: [] };
  const job = await makeJob(
    'next-edit',
    folder,
    trainer,
    serving,
    { format: preparation.format, train: mixed, heldOut, steering: steers },
    options,
    minutes * 60,
    { initialAdapter: null, adapterScale: input.tokens === null ? null : 1 },
  );
  const schedule = input.tokens === null ? job.schedule : ofTokens(job.schedule, input.tokens);
  say(`${edits.length} edits and ${others.pairs.length} pairs, ${tokens} tokens`);
  let saidAtMs = 0;
  const outcome = await train(
    { ...job, schedule, adaptToSpeed: input.tokens === null },
    { createTuneEngine },
    {
      loop: (event) => {
        if (event.kind === 'held-out') say(`step ${event.step}, held-out loss ${event.loss.toFixed(4)}`);
        if (event.kind !== 'step' || performance.now() - saidAtMs < SAY_EVERY_MS) return;
        saidAtMs = performance.now();
        const { step, steps, loss, tokensPerSecond } = event;
        say(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${Math.round(tokensPerSecond)} tokens/s`);
      },
      stage: (_, message) => say(message),
    },
    new AbortController().signal,
  );
  const result: Tune = {
    adapter: join(folder, job.adapterFile),
    steps: outcome.steps,
    tokens: outcome.tokens,
    seconds: outcome.seconds,
    scale: outcome.adapterScale,
    edits: edits.length,
    pairs: others.pairs.length,
    lossBefore: outcome.heldOutBefore,
    lossBest: outcome.heldOutBest,
  };
  await writeFile(kept, JSON.stringify(result));
  return result;
}

function ofTokens(schedule: Schedule, tokens: number): Schedule {
  const steps = Math.max(1, Math.round(tokens / LEAST_TOKENS_PER_STEP));
  return {
    ...schedule,
    steps,
    tokensPerStep: LEAST_TOKENS_PER_STEP,
    warmupSteps: Math.max(1, Math.round(steps * 0.05)),
    evaluateEvery: steps,
    maxSeconds: 24 * 3600,
  };
}
